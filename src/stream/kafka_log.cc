#include "stream/kafka_log.h"

#include <fmt/format.h>

namespace ricochet {

void PassKafkaLog(StreamLog& log, int level, std::string_view facility,
                  std::string_view text) {
  auto our_level = LogLevel::kDebug;
  if (level <= 3) {
    our_level = LogLevel::kWarning;  // librdkafka tries again by itself
  } else if (level <= 5 && facility != "CONFWARN") {
    // CONFWARN: a consumer's property given to a producer, or the reverse,
    // which is how one [kafka.properties] serves both.
    our_level = LogLevel::kInfo;
  }
  log.Write(our_level, StreamEvent::kLibrary,
            fmt::format("librdkafka {}: {}", facility, text));
}

}  // namespace ricochet
