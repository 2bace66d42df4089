#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/stats.h"
#include "report/tally.h"
#include "ricochet/counts.h"
#include "ricochet/rate.h"
#include "ricochet/suppression.h"

namespace ricochet {

struct InputFacts {
  std::string name;
  std::uint64_t bytes = 0;  // read, of the file as it lies there
  std::string error;        // empty: read to its end
};

// A suppression that the run would make.
struct SuppressionRow {
  std::string_view scope;  // "address"; lives as long as the process
  std::string key;         // the address or the domain
  std::string qualifier;   // the sender domain or list; empty: any
  Reason reason = Reason::kNone;
  std::string rule;
  EventTime since = kNoTime;
  EventTime expires = kNoTime;  // kNoTime: never
  std::uint64_t count = 0;      // days of evidence
};

// By its cause with the latest evidence.
[[nodiscard]] SuppressionRow RowOf(const SuppressionEntry& entry);

// What a report shows beside Stats: the caller fills it in.
struct ReportFacts {
  std::vector<InputFacts> inputs;      // by Partition::topic
  std::vector<std::string> providers;  // names by ProviderId
  // What to do about a reason, by Reason; empty: nothing to say.
  std::array<std::string, kReasonCount> advice;
  std::vector<SuppressionRow> suppressions;
  std::uint64_t watched = 0;  // with evidence that is not enough
  std::string ruleset;        // the rules' content hash
  RateThresholds thresholds;
  // Lists are cut to this many rows.
  std::size_t rows = 1000;
  // A domain with fewer outcomes is not ranked. 0: 10, or 1 when the whole
  // has fewer than 1,000.
  std::uint64_t min_domain_outcomes = 0;
  double elapsed_s = 0;  // 0: not shown
};

struct ProviderRow {
  std::string name;
  Tally tally;
  Rate hard;
};

struct ReasonRow {
  Reason reason = Reason::kNone;
  Kind kind = Kind::kNone;  // of most of its outcomes
  ReasonTally tally;
  std::uint64_t outcomes = 0;  // failed, of all kinds
  std::string advice;
};

struct TemplateRow {
  std::uint64_t id = 0;
  TemplateEntry entry;
  std::string provider;
};

struct DomainRow {
  std::string domain;
  Tally tally;
  std::uint64_t bad = 0;  // hard and block outcomes
  Reason reason = Reason::kNone;
};

struct DomainRanking {
  std::vector<DomainRow> worst;
  std::uint64_t distinct = 0;
  std::uint64_t min_outcomes = 0;
  Tally others;  // of domains beyond the limit
};

struct CauseRow {
  Cause cause = Cause::kEmpty;
  std::uint64_t lines = 0;
};

struct FateRow {
  Fate fate = Fate::kEmitted;
  std::uint64_t lines = 0;
  std::vector<CauseRow> causes;  // most frequent first
};

struct DeadLetterRow {
  Reject reason = Reject::kDecode;
  DeadLetterTally tally;
};

struct SuppressionCount {
  Reason reason = Reason::kNone;
  std::uint64_t count = 0;
};

struct DelaySummary {
  std::uint64_t count = 0;
  double median_s = 0;
  double p90_s = 0;
  double p99_s = 0;
};

// Everything a report says, ranked, in no layout: what RenderText() and
// RenderJson() read. Ties are broken by name, so that the same input gives the
// same report.
struct Summary {
  std::vector<InputFacts> inputs;
  std::string ruleset;
  double elapsed_s = 0;
  EventTime first = kNoTime;
  EventTime last = kNoTime;
  Tally total;
  Rate hard, bounce, block, soft, deferral;
  // The rate with the worst state, hard before block.
  Rate headline;
  std::vector<ProviderRow> providers;  // with traffic, by attempts
  std::vector<ReasonRow> reasons;      // by outcomes, then deferrals
  std::vector<TemplateRow> templates;  // by replies
  std::vector<TemplateRow> unclassified;
  std::uint64_t distinct_templates = 0;
  std::uint64_t template_overflow = 0;  // replies beyond the limit
  DomainRanking recipient_domains;
  DomainRanking sender_domains;
  DelaySummary delivered_delay;
  DelaySummary failed_delay;
  VerdictTally verdicts;
  // Events that are no outcomes of a message, by Role.
  std::array<std::uint64_t, kRoleNames.size()> roles{};
  std::vector<SuppressionRow> suppressions;  // newest first; all
  std::vector<SuppressionCount> suppression_reasons;
  std::uint64_t watched = 0;
  std::uint64_t lines = 0;
  std::array<FateRow, kFateNames.size()> fates;
  std::vector<DeadLetterRow> dead_letters;
};

// `lines` says how many lines had which fate.
[[nodiscard]] Summary Summarize(const Stats& stats, const Counts& lines,
                                ReportFacts facts);

}  // namespace ricochet
