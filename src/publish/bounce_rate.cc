#include "publish/bounce_rate.h"

#include <algorithm>

#include "publish/event_id.h"
#include "publish/key.h"
#include "publish/names.h"

namespace ricochet {
namespace {

constexpr int SecondsOf(RateLength length) noexcept {
  return static_cast<int>(Minutes(length)) * 60;
}

// Nothing divided by nothing is not known. More complaints than deliveries are
// about those of the day before: no more than all.
template <std::size_t N>
void WriteRate(JsonWriter::Literal<N> name, const Rate& rate,
               JsonWriter& json) {
  rate.of == 0 ? json.Null(name) : json.Real(name, std::min(rate.value(), 1.0));
}

template <std::size_t N>
void WriteInterval(JsonWriter::Literal<N> name, const Rate& rate,
                   JsonWriter& json) {
  json.BeginArray(name);
  json.RealElement(rate.interval.low);
  json.RealElement(rate.interval.high);
  json.EndArray();
}

}  // namespace

std::string_view BounceRateEncoder::Encode(const RateWindow& window) {
  json_.Clear();
  json_.BeginObject();
  json_.BeginObject("window");
  json_.Time("start", window.start);
  json_.Number("length_s", SecondsOf(window.length));
  json_.Flag("final", window.final);
  json_.Number("revision", window.revision);
  json_.EndObject();
  WriteDimensions(window.dimensions);
  WriteCounts(window.numbers);
  WriteRates(window);
  json_.Plain("state", NameIn(kRateStateNames, window.state));
  WriteReasons(window);
  json_.EndObject();
  return json_.document();
}

void BounceRateEncoder::WriteDimensions(const RateDimensions& dimensions) {
  json_.Text("tenant", dimensions.tenant);
  json_.Text("stream", dimensions.stream);
  json_.Text("sender_domain", dimensions.sender_domain);
  json_.Text("provider", dimensions.provider);
  dimensions.egress.empty() ? json_.Null("egress")
                            : json_.Text("egress", dimensions.egress);
}

void BounceRateEncoder::WriteCounts(const RateNumbers& numbers) {
  json_.BeginObject("counts");
  json_.Number("attempts", numbers.of(RateUnit::kAttempts));
  json_.Number("delivered", numbers.of(RateUnit::kDelivered));
  json_.Number("hard", numbers.of(RateUnit::kHard));
  json_.Number("soft", numbers.of(RateUnit::kSoft));
  json_.Number("block", numbers.of(RateUnit::kBlock));
  json_.Number("admin", numbers.of(RateUnit::kAdmin));
  json_.Number("undetermined", numbers.of(RateUnit::kUndetermined));
  json_.Number("deferred", numbers.of(RateUnit::kDeferred));
  json_.Number("complaint", numbers.of(RateUnit::kComplaint));
  json_.EndObject();
}

void BounceRateEncoder::WriteRates(const RateWindow& window) {
  json_.BeginObject("rates");
  WriteRate("bounce", window.bounce, json_);
  WriteRate("hard", window.hard, json_);
  WriteRate("block", window.block, json_);
  WriteRate("soft", window.soft, json_);
  WriteRate("deferral", window.deferral, json_);
  WriteRate("complaint", window.complaint, json_);
  json_.EndObject();
  json_.BeginObject("interval");
  WriteInterval("hard", window.hard, json_);
  if (window.length == RateLength::kDay) {
    WriteInterval("complaint", window.complaint, json_);
  }
  json_.EndObject();
}

void BounceRateEncoder::WriteReasons(const RateWindow& window) {
  json_.BeginArray("top_reasons");
  for (const auto& [reason, count] : window.top_reasons) {
    json_.BeginObject();
    json_.Plain("reason", Info(reason).name);
    json_.Number("count", count);
    json_.EndObject();
  }
  json_.EndArray();
}

void BounceRateEncoder::SetKey(const RateWindow& window) {
  const auto& d = window.dimensions;
  key_.clear();
  for (const auto field :
       {d.tenant, d.stream, d.sender_domain, d.provider, d.egress}) {
    AppendKeyField(field, key_);
    key_ += '|';
  }
  key_ += start_.Format(window.start);
  key_ += '|';
  key_ += std::to_string(SecondsOf(window.length));
}

OutputRecord BounceRateEncoder::ToRecord(const RateWindow& window) {
  SetKey(window);
  const auto id = DeriveId(EventType::kBounceRate, key_, {0, window.revision});
  headers_.Set(id, source_, window.start);
  return OutputRecord{.topic = Topic::kBounceRates,
                      .key = key_,
                      .value = Encode(window),
                      .headers = headers_.headers()};
}

}  // namespace ricochet
