#include "stream/kafka_client.h"

#include <array>

namespace ricochet {

Result<KafkaClient> KafkaClient::Create(rd_kafka_type_t type,
                                        const KafkaSettings& settings,
                                        const KafkaProperties& fixed) {
  auto conf = MakeConf(settings, {}, fixed);
  if (!conf) return Fail(std::move(conf.error()));
  rd_kafka_conf_set_log_cb(conf->get(), nullptr);
  std::array<char, 512> reason{};
  rd_kafka_t* client =
      rd_kafka_new(type, conf->get(), reason.data(), reason.size());
  if (client == nullptr) return Fail(ErrorCode::kConfig, reason.data());
  static_cast<void>(conf->release());  // rd_kafka_new took it
  return KafkaClient(client);
}

}  // namespace ricochet
