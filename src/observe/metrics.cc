#include "observe/metrics.h"

#include <fmt/format.h>

#include <vector>

#include "ricochet/counts.h"
#include "ricochet/offset_loss.h"

namespace ricochet {
namespace {

constexpr std::string_view kHead = R"(# Metrics

`/metrics` serves these and nothing else, in the Prometheus text format. Labels
are never an address, a queue id, or text of a message: their values come from
the closed lists below, from the rules (`provider`, `rule`), or from the
configuration (`stage`, `topic`, `stream`); those of `sender_domain` and
`stream` are bounded. Aborted transactions and replays count nothing, but for
evictions.

A series appears when it first counts. These are whole from the start of their
row, zeros included, so that ratios have denominators and `rate()` sees a first
increment: `ricochet_outcomes_total` by stream and kind for each provider seen,
the dead letters of each MTA seen, evictions, transactions, the suppressions in
effect without a reason, and all metrics without labels.

This page is generated from the table in `src/observe/metrics.h`.

| metric | type | labels | meaning |
|---|---|---|---|
)";

template <std::size_t N>
std::string Row(std::string_view label,
                const std::array<std::string_view, N>& values) {
  std::vector<std::string> quoted;
  for (const std::string_view value : values) {
    if (!value.empty()) quoted.push_back(fmt::format("`{}`", value));
  }
  return fmt::format("| `{}` | {} |\n", label, fmt::join(quoted, ", "));
}

std::string Reasons() {
  std::array<std::string_view, kReasonCount> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kReasons[i].name;
  return Row("reason", names);
}

std::string CausesOf(Fate fate) {
  std::array<std::string_view, kCauses.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (kCauses[i].fate == fate) names[i] = kCauses[i].name;
  }
  return Row("cause", names);
}

// "`mta`, `fate`"
std::string Labels(std::string_view labels) {
  if (labels.empty()) return "";
  std::string out = "`";
  for (const char c : labels) {
    if (c == ',') {
      out += "`, `";
    } else {
      out += c;
    }
  }
  return out + '`';
}

}  // namespace

std::string MetricsMarkdown() {
  std::string out(kHead);
  for (const MetricInfo& metric : kMetrics) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", metric.name,
                       kMetricKindNames[static_cast<std::size_t>(metric.kind)],
                       Labels(metric.labels), metric.help);
  }
  out += "\n## Values of labels\n\n| label | values |\n|---|---|\n";
  out += Row("mta", kMtaNames) + Row("outcome", kOutcomeNames) +
         Row("kind", kKindNames) + Reasons() +
         Row("decided_by", kDecidedByNames) +
         Row("authority", kAuthorityNames) +
         Row("action", kSuppressionEventNames) +
         Row("scope", kSuppressionScopeNames) + Row("fate", kFateNames);
  for (std::size_t i = 0; i < kFateNames.size(); ++i) {
    out += fmt::format("\nCauses of fate `{}`:\n\n| label | values |\n",
                       kFateNames[i]);
    out += "|---|---|\n" + CausesOf(static_cast<Fate>(i));
  }
  out += "\nCauses of evictions:\n\n| label | values |\n|---|---|\n";
  out += Row("cause", kEvictionNames);
  out +=
      "\nCauses of flaws in suppressions:\n\n| label | values |\n|---|---|\n";
  out += Row("cause", kSuppressionFlawNames);
  out += "\nCauses of flaws in rates:\n\n| label | values |\n|---|---|\n";
  out += Row("cause", kRateFlawNames);
  out +=
      "\nCauses of offsets that were lost:\n\n| label | values |\n|---|---|\n";
  out += Row("cause", kOffsetLossNames);
  return out;
}

}  // namespace ricochet
