#pragma once

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "stream/log.h"

namespace ricochet {

// Passes a line of librdkafka's own log on. `level` is syslog's: 3 error, 4
// warning, 5 notice, 6 info, 7 debug.
void PassKafkaLog(StreamLog& log, int level, std::string_view facility,
                  std::string_view text);

// librdkafka's log callback. Served on the thread that polls, since the log is
// put on the client's queue (log.queue). `Owner` is the client's opaque; it
// befriends nothing and need not have a log.
template <class Owner>
void WriteKafkaLog(const rd_kafka_t* client, int level, const char* facility,
                   const char* text) {
  auto* owner = static_cast<Owner*>(rd_kafka_opaque(client));
  if (owner == nullptr || owner->log() == nullptr) return;
  PassKafkaLog(*owner->log(), level, facility, text);
}

}  // namespace ricochet
