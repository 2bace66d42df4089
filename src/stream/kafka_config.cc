#include "stream/kafka_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ricochet {
namespace {

struct Reserved {
  std::string_view name;
  std::string_view reason;
};

constexpr std::string_view kOffsetsReason =
    "offsets are committed with the outputs";
constexpr std::string_view kIdReason =
    "it is made of the stage, the process and the worker, and must be unique";
constexpr std::string_view kProducerReason =
    "exactly-once needs the producer as we set it";

constexpr auto kReserved = std::to_array<Reserved>({
    {"bootstrap.servers", "the brokers have their own key"},
    {"metadata.broker.list", "the brokers have their own key"},
    {"group.id", "the group belongs to the stage"},
    {"group.instance.id", kIdReason},
    {"transactional.id", kIdReason},
    {"enable.auto.commit", kOffsetsReason},
    {"auto.commit.enable", kOffsetsReason},
    {"enable.auto.offset.store", kOffsetsReason},
    {"isolation.level", "aborted records must never be read"},
    {"auto.offset.reset", "a lost offset must not go unnoticed"},
    {"enable.partition.eof", "the end of a replay is seen by it"},
    {"enable.idempotence", kProducerReason},
    {"acks", kProducerReason},
    {"request.required.acks", kProducerReason},
    {"max.in.flight.requests.per.connection", kProducerReason},
    {"transaction.timeout.ms", "it must fit the commit interval"},
    {"session.timeout.ms", "it has its own key"},
    {"partitioner", "keys must land where Java clients put them"},
    {"delivery.report.only.error", kProducerReason},
    {"log.queue", "log lines are read by the worker"},
});

std::string_view Trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Result<void> Set(rd_kafka_conf_t* conf, const std::string& name,
                 const std::string& value) {
  std::array<char, 512> reason{};
  switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(),
                            reason.size())) {
    case RD_KAFKA_CONF_OK:
      return {};
    case RD_KAFKA_CONF_UNKNOWN:
      return Fail(ErrorCode::kConfig,
                  fmt::format("{}: librdkafka {} has no such property", name,
                              rd_kafka_version_str()));
    default:
      // librdkafka's own words repeat the value, which may be a secret.
      return Fail(ErrorCode::kConfig,
                  fmt::format("{}: librdkafka {} does not accept this value",
                              name, rd_kafka_version_str()));
  }
}

Result<void> SetAll(rd_kafka_conf_t* conf, const KafkaProperties& properties) {
  for (const auto& [name, value] : properties) {
    if (auto set = Set(conf, name, value); !set) return set;
  }
  return {};
}

std::string_view Find(const KafkaSettings& settings, std::string_view name) {
  for (const auto& [key, value] : settings.properties) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::optional<std::string_view> ReservedProperty(std::string_view name) {
  // librdkafka ignores nothing, but "topic."-prefixed and padded spellings of
  // a reserved name must not slip through.
  name = Trim(name);
  const auto found =
      std::find_if(kReserved.begin(), kReserved.end(),
                   [name](const Reserved& r) { return r.name == name; });
  if (found == kReserved.end()) return std::nullopt;
  return found->reason;
}

Result<void> CheckProperties(const KafkaSettings& settings) {
  if (Trim(settings.brokers).empty()) {
    return Fail(ErrorCode::kConfig, "brokers: no broker is named");
  }
  for (const auto& [name, value] : settings.properties) {
    if (const auto reason = ReservedProperty(name)) {
      return Fail(ErrorCode::kConfig,
                  fmt::format("{}: is set by Ricochet: {}", name, *reason));
    }
  }
  auto conf = MakeConf(settings, {}, {});
  if (!conf) return Fail(std::move(conf.error()));
  return {};
}

std::string KnownProblem(const KafkaSettings& settings, int library_version) {
  constexpr int kScramFixed = 0x020601ff;
  constexpr int kBroken = 0x020a00ff;
  auto mechanism = Find(settings, "sasl.mechanisms");
  if (mechanism.empty()) mechanism = Find(settings, "sasl.mechanism");
  if (mechanism.starts_with("SCRAM") && library_version < kScramFixed) {
    return "SCRAM with Kafka 4 needs librdkafka 2.6.1 or newer: older ones are "
           "refused as if the password were wrong";
  }
  if (library_version == kBroken) {
    return "librdkafka 2.10.0 is known to be broken: use another version";
  }
  return {};
}

Result<KafkaConf> MakeConf(const KafkaSettings& settings,
                           const KafkaProperties& defaults,
                           const KafkaProperties& fixed) {
  KafkaConf conf(rd_kafka_conf_new());
  if (auto set = SetAll(conf.get(), defaults); !set) return Fail(set.error());
  if (auto set = SetAll(conf.get(), settings.properties); !set) {
    return Fail(set.error());
  }
  if (auto set = SetAll(conf.get(), fixed); !set) return Fail(set.error());
  if (auto set = Set(conf.get(), "bootstrap.servers", settings.brokers); !set) {
    return Fail(set.error());
  }
  return conf;
}

}  // namespace ricochet
