#include "publish/delivery_event.h"

#include <algorithm>

#include "publish/names.h"
#include "publish/shown.h"
#include "publish/verdict_json.h"

namespace ricochet {

template <std::size_t N>
void DeliveryEventEncoder::WriteIfAny(JsonWriter::Literal<N> name,
                                      std::string_view text) {
  if (!text.empty()) json_.Text(name, text);
}

template <std::size_t N>
void DeliveryEventEncoder::WriteOrNull(JsonWriter::Literal<N> name,
                                       std::string_view text) {
  text.empty() ? json_.Null(name) : json_.Text(name, text);
}

template <std::size_t N>
void DeliveryEventEncoder::WriteCode(JsonWriter::Literal<N> name,
                                     EnhancedCode code) {
  if (code.present()) json_.Code(name, code);
}

// Leaves the object open.
template <std::size_t N>
void DeliveryEventEncoder::WriteAddress(JsonWriter::Literal<N> name,
                                        std::string_view logged) {
  const auto address = ReadAddress(logged, address_);
  json_.BeginObject(name);
  json_.Text("address", address.text);
  json_.Text("domain", address.domain);
}

DeliveryEventEncoder::DeliveryEventEncoder(const EncoderOptions& options)
    : providers_(options.provider_names.begin(), options.provider_names.end()),
      ruleset_hash_(options.ruleset_hash),
      topics_(options.topics),
      sources_(EventSources(options.ce_source, options.topics)),
      delivered_(options.delivered),
      crosswalk_(options.crosswalk),
      headers_(kDeliveryEventType, "application/json") {}

std::string_view DeliveryEventEncoder::Encode(const DeliveryEvent& event,
                                              bool full) {
  const bool delivered = event.attempt.outcome == Outcome::kDelivered;
  const auto form = full || !delivered ? Delivered::kFull : delivered_;
  if (form == Delivered::kOff) return {};
  json_.Clear();
  json_.BeginObject();
  form == Delivered::kFull ? EncodeFull(event) : EncodeShort(event);
  json_.EndObject();
  return json_.document();
}

std::optional<OutputRecord> DeliveryEventEncoder::ToRecord(
    const DeliveryEvent& event) {
  const auto value = Encode(event, false);
  if (value.empty()) return std::nullopt;
  const auto time = event.attempt.time;
  headers_.Set(event.id, SourceOf(event.source), time);
  return OutputRecord{.topic = Topic::kDeliveryEvents,
                      .key = AddressKey(event.attempt.recipient, key_),
                      .value = value,
                      .headers = headers_.headers()};
}

// Time, ids, recipient, sender domain, provider; and what tells a reader
// whether to count it: final and role.
void DeliveryEventEncoder::EncodeShort(const DeliveryEvent& event) {
  const auto& attempt = event.attempt;
  const auto& line = LineOf(attempt);
  WriteHead(event);
  WriteIfAny("queue_id", line.queue_id);
  WriteIfAny("message_id", attempt.message_id);
  json_.Flag("final", attempt.final);
  json_.Plain("role", NameIn(kRoleNames, attempt.role));
  if (attempt.has_sender) {
    json_.BeginObject("sender");
    json_.Text("domain", ReadAddress(attempt.sender, address_).domain);
    json_.EndObject();
  } else {
    json_.Null("sender");
  }
  WriteAddress("recipient", attempt.recipient);
  json_.EndObject();
  json_.BeginObject("remote");
  json_.Text("provider", ProviderName(event.verdict.provider));
  json_.EndObject();
  WriteSource(event.source);
}

void DeliveryEventEncoder::EncodeFull(const DeliveryEvent& event) {
  const auto& attempt = event.attempt;
  const auto& line = LineOf(attempt);
  WriteHead(event);
  json_.Plain("time_quality", NameIn(kTimeQualityNames, attempt.time_quality));
  json_.Plain("mta", NameIn(kMtaNames, line.mta));
  WriteIfAny("host", attempt.host);
  WriteIfAny("instance", line.instance);
  WriteIfAny("service", line.service);
  WriteOrNull("egress", attempt.egress);
  WriteIfAny("queue_id", line.queue_id);
  WriteIfAny("message_id", attempt.message_id);
  if (attempt.attempt != 0) json_.Number("attempt", attempt.attempt);
  json_.Flag("final", attempt.final);
  json_.Plain("role", NameIn(kRoleNames, attempt.role));
  WriteSender(attempt);
  WriteRecipient(attempt);
  WriteRemote(event);
  WriteTransfer(attempt);
  WriteSmtp(ReplyOf(event), json_);
  WriteVerdict(event.verdict, ruleset_hash_, json_, crosswalk_.get());
  WriteSource(event.source);
}

void DeliveryEventEncoder::WriteHead(const DeliveryEvent& event) {
  const auto& attempt = event.attempt;
  json_.Id("id", event.id);
  json_.Plain("type", LineOf(attempt).report ? "report" : "attempt");
  json_.Plain("outcome", NameIn(kOutcomeNames, attempt.outcome));
  json_.Time("time", attempt.time);
  json_.Text("tenant", attempt.tenant);
  WriteOrNull("stream", attempt.stream);
}

void DeliveryEventEncoder::WriteSender(const DeliveryAttempt& attempt) {
  if (!attempt.has_sender) return json_.Null("sender");
  WriteAddress("sender", attempt.sender);
  json_.EndObject();
}

void DeliveryEventEncoder::WriteRecipient(const DeliveryAttempt& attempt) {
  WriteAddress("recipient", attempt.recipient);
  if (!attempt.original_recipient.empty() &&
      attempt.original_recipient != attempt.recipient) {
    json_.Text("original",
               ReadAddress(attempt.original_recipient, original_).text);
  }
  json_.EndObject();
}

void DeliveryEventEncoder::WriteRemote(const DeliveryEvent& event) {
  const auto remote = RemoteOf(event.attempt);
  json_.BeginObject("remote");
  WriteIfAny("host", remote.host);
  WriteIfAny("ip", remote.ip);
  if (remote.port != 0) json_.Number("port", remote.port);
  json_.Text("provider", ProviderName(event.verdict.provider));
  json_.EndObject();
}

// The MTA's own account of the attempt.
void DeliveryEventEncoder::WriteTransfer(const DeliveryAttempt& attempt) {
  const auto& line = LineOf(attempt);
  WriteCode("dsn", line.dsn);
  if (line.delay_s >= 0) json_.Real("delay_s", line.delay_s);
  WriteDelays(line.delays_s);
  if (attempt.size >= 0) json_.Number("size", attempt.size);
  if (attempt.recipients >= 0) json_.Number("recipients", attempt.recipients);
}

void DeliveryEventEncoder::WriteDelays(const std::array<float, 4>& delays_s) {
  const auto is_logged = [](float delay) { return delay >= 0; };
  if (std::ranges::none_of(delays_s, is_logged)) return;
  const auto& [queue, manager, connect, transfer] = delays_s;
  json_.BeginObject("delays");
  if (is_logged(queue)) json_.Real("queue", queue);
  if (is_logged(manager)) json_.Real("manager", manager);
  if (is_logged(connect)) json_.Real("connect", connect);
  if (is_logged(transfer)) json_.Real("transfer", transfer);
  json_.EndObject();
}

void DeliveryEventEncoder::WriteSource(const Source& source) {
  const auto topic = static_cast<std::size_t>(source.partition.topic);
  json_.BeginObject("source");
  json_.Text("topic", TextAt(topics_, topic, ""));
  json_.Number("partition", source.partition.number);
  json_.Number("offset", source.offset);
  json_.EndObject();
}

std::string_view DeliveryEventEncoder::ProviderName(ProviderId provider) const {
  return TextAt(providers_, provider, "other");
}

std::string_view DeliveryEventEncoder::SourceOf(const Source& source) const {
  const auto topic = static_cast<std::size_t>(source.partition.topic);
  return TextAt(sources_, topic, "/");
}

}  // namespace ricochet
