#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

#include "ricochet/result.h"
#include "stream/kafka_config.h"

namespace ricochet {

// A plain librdkafka client without callbacks, for administration and for
// looking at topics and groups. librdkafka's log lines are dropped.
class KafkaClient {
 public:
  static Result<KafkaClient> Create(rd_kafka_type_t type,
                                    const KafkaSettings& settings,
                                    const KafkaProperties& fixed);

  [[nodiscard]] rd_kafka_t* get() const { return client_.get(); }

 private:
  struct Destroy {
    void operator()(rd_kafka_t* client) const noexcept {
      rd_kafka_destroy(client);
    }
  };
  explicit KafkaClient(rd_kafka_t* client) : client_(client) {}

  std::unique_ptr<rd_kafka_t, Destroy> client_;
};

}  // namespace ricochet
