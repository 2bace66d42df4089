#include "report/summary.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ricochet {
namespace {

template <class Enum>
std::size_t At(Enum value) {
  return static_cast<std::size_t>(value);
}

template <class Row, class Key>
void Rank(std::vector<Row>& rows, std::size_t limit, Key key) {
  std::sort(rows.begin(), rows.end(),
            [&](const Row& a, const Row& b) { return key(a) < key(b); });
  if (rows.size() > limit) rows.resize(limit);
}

// For keys that sort larger numbers first.
std::uint64_t Most(std::uint64_t count) { return ~count; }

void AddTally(Tally& sum, const Tally& tally) {
  for (std::size_t i = 0; i < sum.events.size(); ++i) {
    sum.events[i] += tally.events[i];
  }
  for (std::size_t i = 0; i < sum.outcomes.size(); ++i) {
    sum.outcomes[i] += tally.outcomes[i];
  }
}

std::string ProviderName(const ReportFacts& facts, std::size_t id) {
  if (id < facts.providers.size()) return facts.providers[id];
  return id == kOtherProvider ? "other" : "provider " + std::to_string(id);
}

void SetRates(Summary& summary, const RateThresholds& thresholds) {
  const Tally& total = summary.total;
  const auto rate = [&](std::string_view name, std::uint64_t count,
                        std::uint64_t of,
                        std::optional<RateLimits> limits = {}) {
    return MakeRate(name, count, of, thresholds.min_outcomes, limits);
  };
  const std::uint64_t base = total.RateBase();
  const std::uint64_t hard = total.of(Kind::kHard);
  const std::uint64_t block = total.of(Kind::kBlock);
  const std::uint64_t soft = total.of(Kind::kSoft);
  summary.hard = rate("hard", hard, base, thresholds.hard);
  summary.block = rate("block", block, base, thresholds.block);
  summary.soft = rate("soft", soft, base);
  summary.bounce = rate("bounce", hard + block + soft, base);
  summary.deferral =
      rate("deferral", total.of(Outcome::kDeferred), total.Attempts());
  summary.headline =
      summary.block.state > summary.hard.state ? summary.block : summary.hard;
}

void SetProviders(Summary& summary, const Stats& stats,
                  const ReportFacts& facts) {
  for (std::size_t id = 0; id < stats.providers.size(); ++id) {
    const Tally& tally = stats.providers[id];
    if (tally == Tally{}) continue;
    AddTally(summary.total, tally);
    summary.providers.push_back(
        {ProviderName(facts, id), tally,
         MakeRate("hard", tally.of(Kind::kHard), tally.RateBase(),
                  facts.thresholds.min_outcomes, facts.thresholds.hard)});
  }
  Rank(summary.providers, facts.rows, [](const ProviderRow& row) {
    return std::tuple(Most(row.tally.Attempts()), std::string_view(row.name));
  });
}

// Most outcomes decide; without any, the reason's own kind.
Kind MainKind(Reason reason, const ReasonTally& tally) {
  const auto most =
      std::max_element(tally.outcomes.begin(), tally.outcomes.end());
  return *most == 0 ? Info(reason).kind
                    : static_cast<Kind>(most - tally.outcomes.begin());
}

void SetReasons(Summary& summary, const Stats& stats, ReportFacts& facts) {
  for (std::size_t i = 0; i < stats.reasons.size(); ++i) {
    const ReasonTally& tally = stats.reasons[i];
    std::uint64_t outcomes = 0;
    for (const auto count : tally.outcomes) outcomes += count;
    if (outcomes + tally.deferred == 0) continue;
    const auto reason = static_cast<Reason>(i);
    summary.reasons.push_back({reason, MainKind(reason, tally), tally, outcomes,
                               std::move(facts.advice[i])});
  }
  Rank(summary.reasons, kReasonCount, [](const ReasonRow& row) {
    return std::tuple(Most(row.outcomes), Most(row.tally.deferred), row.reason);
  });
}

void SetTemplates(Summary& summary, const Stats& stats,
                  const ReportFacts& facts) {
  std::vector<std::pair<std::uint64_t, const TemplateEntry*>> all;
  for (const auto& [id, entry] : stats.templates.entries()) {
    all.emplace_back(id, &entry);
  }
  Rank(all, all.size(), [](const auto& row) {
    return std::tuple(Most(row.second->replies), Most(row.second->final),
                      row.first);
  });
  for (const auto& [id, entry] : all) {
    auto& rows = entry->reason == Reason::kUnclassified ? summary.unclassified
                                                        : summary.templates;
    if (rows.size() >= facts.rows) continue;
    rows.push_back({id, *entry, ProviderName(facts, entry->provider)});
  }
  summary.distinct_templates = all.size();
  summary.template_overflow = stats.templates.overflow();
}

DomainRanking RankDomains(const DomainTable& table, std::uint64_t minimum,
                          std::size_t rows) {
  std::vector<std::pair<std::uint64_t, const DomainEntry*>> all;
  for (const DomainEntry& entry : table.entries()) {
    const Tally tally = Widened(entry.tally);
    const auto bad = tally.of(Kind::kHard) + tally.of(Kind::kBlock);
    if (bad > 0 && tally.Outcomes() >= minimum) all.emplace_back(bad, &entry);
  }
  Rank(all, rows, [](const auto& row) {
    return std::tuple(Most(row.first), row.second->tally.Outcomes(),
                      std::string_view(row.second->domain));
  });
  DomainRanking ranking;
  for (const auto& [bad, entry] : all) {
    ranking.worst.push_back({std::string(entry->domain), Widened(entry->tally),
                             bad, entry->failure.reason});
  }
  ranking.distinct = table.entries().size();
  ranking.min_outcomes = minimum;
  ranking.others = Widened(table.others().tally);
  return ranking;
}

void SetDomains(Summary& summary, const Stats& stats,
                const ReportFacts& facts) {
  std::uint64_t minimum = facts.min_domain_outcomes;
  if (minimum == 0) minimum = summary.total.Outcomes() < 1000 ? 1 : 10;
  summary.recipient_domains =
      RankDomains(stats.recipient_domains, minimum, facts.rows);
  summary.sender_domains =
      RankDomains(stats.sender_domains, minimum, facts.rows);
}

DelaySummary Quantiles(const DelayHistogram& delays) {
  return {delays.count(), delays.Quantile(0.5), delays.Quantile(0.9),
          delays.Quantile(0.99)};
}

void SetSuppressions(Summary& summary, ReportFacts& facts) {
  summary.watched = facts.watched;
  summary.suppressions = std::move(facts.suppressions);
  auto& rows = summary.suppressions;
  Rank(rows, rows.size(), [](const SuppressionRow& row) {
    // ~ rather than -, which kNoTime would overflow.
    return std::tuple(~row.since.time_since_epoch().count(),
                      std::string_view(row.key), row.scope,
                      std::string_view(row.qualifier), row.reason);
  });
  std::array<std::uint64_t, kReasonCount> counts{};
  for (const auto& row : rows) ++counts[At(row.reason)];
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    summary.suppression_reasons.push_back({static_cast<Reason>(i), counts[i]});
  }
  Rank(summary.suppression_reasons, kReasonCount,
       [](const SuppressionCount& row) {
         return std::tuple(Most(row.count), row.reason);
       });
}

void SetLines(Summary& summary, const Counts& counts) {
  for (std::size_t i = 0; i < summary.fates.size(); ++i) {
    summary.fates[i].fate = static_cast<Fate>(i);
  }
  for (std::size_t i = 0; i < kCauses.size(); ++i) {
    std::uint64_t lines = 0;
    for (const auto& row : counts.lines) lines += row[i];
    if (lines == 0) continue;
    auto& fate = summary.fates[At(kCauses[i].fate)];
    fate.lines += lines;
    fate.causes.push_back({static_cast<Cause>(i), lines});
    summary.lines += lines;
  }
  for (auto& fate : summary.fates) {
    Rank(fate.causes, kCauses.size(), [](const CauseRow& row) {
      return std::tuple(Most(row.lines), row.cause);
    });
  }
}

void SetDeadLetters(Summary& summary, const Stats& stats) {
  for (std::size_t i = 0; i < stats.dead_letters.size(); ++i) {
    const auto& tally = stats.dead_letters[i];
    if (tally.count == 0) continue;
    summary.dead_letters.push_back({static_cast<Reject>(i), tally});
  }
}

}  // namespace

SuppressionRow RowOf(const SuppressionEntry& entry) {
  SuppressionRow row{.scope = kSuppressionScopeNames[At(entry.scope)],
                     .key = entry.recipient,
                     .qualifier = entry.qualifier,
                     .since = entry.since,
                     .expires = entry.expires};
  const SuppressionCause* latest = nullptr;
  for (const auto& cause : entry.causes) {
    row.count += cause.days.size();
    if (cause.days.empty()) continue;
    if (latest == nullptr || cause.last() >= latest->last()) latest = &cause;
  }
  if (latest == nullptr) return row;
  row.reason = latest->reason;
  row.rule = latest->rule;
  return row;
}

Summary Summarize(const Stats& stats, const Counts& lines, ReportFacts facts) {
  Summary summary;
  summary.first = stats.first;
  summary.last = stats.last;
  SetProviders(summary, stats, facts);
  SetRates(summary, facts.thresholds);
  SetReasons(summary, stats, facts);
  SetTemplates(summary, stats, facts);
  SetDomains(summary, stats, facts);
  summary.delivered_delay = Quantiles(stats.delivered_delays);
  summary.failed_delay = Quantiles(stats.failed_delays);
  summary.verdicts = stats.verdicts;
  for (std::size_t i = 0; i < stats.roles.size(); ++i) {
    for (const auto count : stats.roles[i]) summary.roles[i] += count;
  }
  SetSuppressions(summary, facts);
  SetLines(summary, lines);
  SetDeadLetters(summary, stats);
  summary.inputs = std::move(facts.inputs);
  summary.ruleset = std::move(facts.ruleset);
  summary.elapsed_s = facts.elapsed_s;
  return summary;
}

}  // namespace ricochet
