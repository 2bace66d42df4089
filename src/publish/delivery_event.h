#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/cloud_event.h"
#include "publish/json.h"
#include "ricochet/address.h"
#include "ricochet/event.h"
#include "ricochet/foreign_names.h"
#include "ricochet/output.h"

namespace ricochet {

// events.delivered in the config: how much of a delivered event goes to Kafka.
enum class Delivered : std::uint8_t { kFull, kShort, kOff };

struct EncoderOptions {
  std::span<const std::string> provider_names;  // by ProviderId; kept: copied
  std::string ruleset_hash;
  std::string ce_source;            // of the cluster: "kafka://main"
  std::vector<std::string> topics;  // by Partition::topic
  Delivered delivered = Delivered::kShort;
  // Others' names of the reasons, to be told in each event; null: not told.
  std::shared_ptr<const Crosswalk> crosswalk = nullptr;
};

// Writes delivery events as config/schemas/delivery-event.schema.json says.
// Owned by one worker; not thread-safe. Its buffers are reused: views die at
// the next call of the same function, or with the event.
class DeliveryEventEncoder {
 public:
  explicit DeliveryEventEncoder(const EncoderOptions& options);

  // The event as JSON, without a newline. Unless `full`, a delivered event
  // takes the form of `options.delivered`; empty when that is kOff.
  [[nodiscard]] std::string_view Encode(const DeliveryEvent& event, bool full);

  // The record for mail.delivery-events, with its key and CloudEvents headers,
  // or nothing when such events are off. Calls Encode().
  [[nodiscard]] std::optional<OutputRecord> ToRecord(
      const DeliveryEvent& event);

  // Rules were reloaded: events carry this hash from now on.
  void set_ruleset_hash(std::string_view hash) { ruleset_hash_ = hash; }

 private:
  void EncodeFull(const DeliveryEvent& event);
  void EncodeShort(const DeliveryEvent& event);
  void WriteHead(const DeliveryEvent& event);
  template <std::size_t N>
  void WriteAddress(JsonWriter::Literal<N> name, std::string_view logged);
  void WriteSender(const DeliveryAttempt& attempt);
  void WriteRecipient(const DeliveryAttempt& attempt);
  void WriteRemote(const DeliveryEvent& event);
  void WriteTransfer(const DeliveryAttempt& attempt);
  void WriteDelays(const std::array<float, 4>& delays_s);
  void WriteSource(const Source& source);
  template <std::size_t N>
  void WriteIfAny(JsonWriter::Literal<N> name, std::string_view text);
  template <std::size_t N>
  void WriteOrNull(JsonWriter::Literal<N> name, std::string_view text);
  template <std::size_t N>
  void WriteCode(JsonWriter::Literal<N> name, EnhancedCode code);
  [[nodiscard]] std::string_view ProviderName(ProviderId provider) const;
  [[nodiscard]] std::string_view SourceOf(const Source& source) const;

  std::vector<std::string> providers_;
  std::string ruleset_hash_;
  std::vector<std::string> topics_;
  std::vector<std::string> sources_;  // ce_source, by topic
  Delivered delivered_;
  std::shared_ptr<const Crosswalk> crosswalk_;
  JsonWriter json_;
  CloudEventHeaders headers_;
  std::string address_;   // scratch
  std::string original_;  // scratch
  std::string key_;       // scratch
};

}  // namespace ricochet
