#include "app/web_status.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>
#include <utility>

#include "publish/time_text.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;
using Kinds = Counts::Row<kKindCount>;

constexpr std::size_t kMostTemplates = 20;

EventTime TimeNamed(std::string_view digits) {
  std::int64_t milliseconds = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, milliseconds);
  if (error != std::errc() || stop != end) return kNoTime;
  return EventTime(std::chrono::milliseconds(milliseconds));
}

std::uint64_t LagOf(const std::vector<StageSample>& stages) {
  std::int64_t records = 0;
  for (const auto& stage : stages) {
    for (const auto& lag : stage.lags) records += lag.records;
  }
  return static_cast<std::uint64_t>(records);
}

// By stage, its workers taken together.
Json StagesJson(const std::vector<StageSample>& samples) {
  struct Sum {
    std::uint64_t committed = 0;
    std::uint64_t aborted = 0;
    std::int64_t lag = 0;
  };
  std::map<std::string, Sum> stages;
  for (const auto& sample : samples) {
    auto& sum = stages[sample.stage];
    sum.committed += sample.committed;
    sum.aborted += sample.aborted;
    for (const auto& lag : sample.lags) sum.lag += lag.records;
  }
  Json json = Json::array();
  for (const auto& [name, sum] : stages) {
    json.push_back({{"stage", name},
                    {"lag_records", sum.lag},
                    {"committed", sum.committed},
                    {"aborted", sum.aborted}});
  }
  return json;
}

Json LinesJson(const Counts& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kFateNames.size(); ++i) {
    json[std::string(kFateNames[i])] = counts.Lines(static_cast<Fate>(i));
  }
  return json;
}

Json AttemptsJson(const Counts& counts) {
  Counts::Row<kOutcomeCount> sums{};
  for (const auto& providers : counts.attempts) {
    for (const auto& outcomes : providers) {
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += outcomes[i];
    }
  }
  Json json = Json::object();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    json[std::string(kOutcomeNames[i])] = sums[i];
  }
  return json;
}

// `none` is no outcome of a mail.
Json KindsJson(const Kinds& kinds) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (static_cast<Kind>(i) == Kind::kNone) continue;
    json[std::string(kKindNames[i])] = kinds[i];
  }
  return json;
}

Json RateJson(const Rate& rate) {
  Json json{{"name", rate.name},
            {"count", rate.count},
            {"of", rate.of},
            {"value", rate.value()},
            {"interval", {rate.interval.low, rate.interval.high}}};
  if (rate.limits) {
    json["state"] = kRateStateNames[static_cast<std::size_t>(rate.state)];
    json["limits"] = {{"warning", rate.limits->warning},
                      {"critical", rate.limits->critical},
                      {"page", rate.limits->page}};
  }
  return json;
}

// Shares of what was delivered or finally failed, but for admin's refusals.
Json RatesJson(const Kinds& kinds, const RateThresholds& thresholds) {
  const auto of = [&](Kind kind) {
    return kinds[static_cast<std::size_t>(kind)];
  };
  const auto base = of(Kind::kDelivered) + of(Kind::kHard) + of(Kind::kSoft) +
                    of(Kind::kBlock) + of(Kind::kUndetermined);
  const auto least = thresholds.min_outcomes;
  return {
      RateJson(MakeRate("hard", of(Kind::kHard), base, least, thresholds.hard)),
      RateJson(
          MakeRate("block", of(Kind::kBlock), base, least, thresholds.block)),
      RateJson(MakeRate("soft", of(Kind::kSoft), base, least))};
}

Json ProvidersJson(const WebHour::Outcomes& hour, const WebSources& sources) {
  Json json = Json::array();
  for (std::size_t i = 0; i < sources.metrics.providers.size(); ++i) {
    const auto& kinds = hour.outcomes[i];
    if (std::accumulate(kinds.begin(), kinds.end(), std::uint64_t{0}) == 0)
      continue;
    json.push_back({{"provider", sources.metrics.providers[i]},
                    {"outcomes", KindsJson(kinds)},
                    {"rates", RatesJson(kinds, sources.thresholds)}});
  }
  return json;
}

Json BouncesJson(const WebHour::Outcomes& hour,
                 const std::vector<std::string>& providers) {
  Json json = Json::array();
  for (std::size_t provider = 0; provider < providers.size(); ++provider) {
    for (std::size_t reason = 0; reason < kReasonCount; ++reason) {
      for (std::size_t kind = 0; kind < kKindCount; ++kind) {
        const auto count = hour.bounces[provider][reason][kind];
        if (count == 0) continue;
        json.push_back({{"provider", providers[provider]},
                        {"reason", kReasons[reason].name},
                        {"kind", kKindNames[kind]},
                        {"count", count}});
      }
    }
  }
  return json;
}

// What was refused with most, by all workers.
Json TemplatesJson(const MetricSources& sources, const RuleBook& book,
                   EventTime now) {
  std::vector<TemplateCount> all;
  for (const auto* worker : sources.workers) {
    worker->templates.ReadInto(all, now);
  }
  std::ranges::sort(all, {}, &TemplateCount::id);
  std::vector<TemplateCount> merged;
  for (auto& each : all) {
    if (!merged.empty() && merged.back().id == each.id) {
      merged.back().replies += each.replies;
    } else {
      merged.push_back(std::move(each));
    }
  }
  const auto top = merged.begin() + static_cast<std::ptrdiff_t>(std::min(
                                        merged.size(), kMostTemplates));
  std::ranges::partial_sort(merged, top, [](const auto& a, const auto& b) {
    return std::tie(b.replies, a.id) < std::tie(a.replies, b.id);
  });
  Json json = Json::array();
  for (auto each = merged.begin(); each != top; ++each) {
    const ReplyTemplate& reply = each->reply;
    json.push_back(
        {{"text", reply.text},
         {"replies", each->replies},
         {"provider", reply.provider < sources.providers.size()
                          ? sources.providers[reply.provider]
                          : "other"},
         {"reason", Info(reply.reason).name},
         {"kind", kKindNames[static_cast<std::size_t>(reply.kind)]},
         {"decided_by",
          kDecidedByNames[static_cast<std::size_t>(reply.decided_by)]},
         {"advice", book.reason_text(reply.reason).advice}});
  }
  return json;
}

Json SuppressionsJson(const Counts& counts, const MetricSources& sources) {
  std::uint64_t active = 0;
  for (const auto* worker : sources.workers) {
    active += worker->suppressions_active().Sum();
  }
  Json reasons = Json::object();
  const auto& begun =
      counts
          .suppressions[static_cast<std::size_t>(SuppressionEvent::kSuppress)];
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto sum =
        std::accumulate(begun[i].begin(), begun[i].end(), std::uint64_t{0});
    if (sum > 0) reasons[std::string(kReasons[i].name)] = sum;
  }
  return {{"active", active}, {"written", std::move(reasons)}};
}

Json HistoryJson(const std::vector<WebSample>& samples) {
  Json json{{"interval_s", WebHistory::kInterval.count()},
            {"time", Json::array()}};
  for (const auto& sample : samples) {
    json["time"].push_back(sample.time.time_since_epoch().count());
  }
  for (std::size_t i = 0; i < kWebSeries.size(); ++i) {
    Json values = Json::array();
    for (const auto& sample : samples) values.push_back(sample.values[i]);
    json[std::string(kWebSeries[i])] = std::move(values);
  }
  return json;
}

Json RulesetJson(const MetricSources& sources) {
  const auto [ok, failed] = sources.ruleset_reloads();
  return {{"hash", sources.ruleset_hash()},
          {"reloads", ok},
          {"failed_reloads", failed}};
}

Kinds SumOfProviders(const WebHour::Outcomes& hour) {
  Kinds sum{};
  for (const auto& kinds : hour.outcomes) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += kinds[i];
  }
  return sum;
}

// In all streams, of all providers.
Kinds SumOfProviders(const Counts& counts) {
  Kinds sum{};
  for (std::size_t p = 0; p < kMaxProviders; ++p) {
    const auto kinds = counts.Outcomes(p);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += kinds[i];
  }
  return sum;
}

}  // namespace

WebStatus::WebStatus(WebSources sources)
    : sources_(std::move(sources)),
      started_(sources_.clock()),
      history_([this] { return Sample(); }) {}

std::unique_ptr<Counts> WebStatus::ReadCounts() const {
  auto counts = std::make_unique<Counts>();  // too large for a stack
  for (const auto* worker : sources_.metrics.workers) {
    worker->ReadInto(*counts);
  }
  return counts;
}

WebSample WebStatus::Sample() {
  const auto counts = ReadCounts();
  const auto now = sources_.clock();
  hour_.Add(*counts, now);
  return SampleOf(*counts, LagOf(sources_.metrics.stages()), now);
}

std::string WebStatus::Answer(std::string_view since,
                              const RuleBook& book) const {
  const auto counts = ReadCounts();
  const auto now = sources_.clock();
  const auto hour = hour_.Of(*counts);
  const auto not_ready = sources_.not_ready();
  const auto uptime = std::chrono::floor<std::chrono::seconds>(now - started_);
  const Json json{
      {"version", sources_.metrics.build.version},
      {"time", TextOf(now)},
      {"started", TextOf(started_)},
      {"uptime_s", uptime.count()},
      {"ready", not_ready.empty()},
      {"not_ready", not_ready},
      {"ruleset", RulesetJson(sources_.metrics)},
      {"stages", StagesJson(sources_.metrics.stages())},
      {"lines", LinesJson(*counts)},
      {"attempts", AttemptsJson(*counts)},
      {"outcomes", KindsJson(SumOfProviders(*counts))},
      {"rates", RatesJson(SumOfProviders(*hour), sources_.thresholds)},
      {"providers", ProvidersJson(*hour, sources_)},
      {"bounces", BouncesJson(*hour, sources_.metrics.providers)},
      {"templates", TemplatesJson(sources_.metrics, book, now)},
      {"suppressions", SuppressionsJson(*counts, sources_.metrics)},
      {"history", HistoryJson(history_.After(TimeNamed(since)))}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ricochet
