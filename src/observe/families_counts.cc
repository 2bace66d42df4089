#include <algorithm>
#include <numeric>

#include "observe/families.h"

namespace ricochet {
namespace {

std::uint64_t Sum(const auto& row) {
  return std::accumulate(row.begin(), row.end(), std::uint64_t{0});
}

void AddAttempts(const Counts& counts, std::span<const std::string> providers,
                 Families& families) {
  for (std::size_t m = 0; m < counts.attempts.size(); ++m) {
    for (std::size_t p = 0; p < kMaxProviders; ++p) {
      for (std::size_t o = 0; o < kOutcomeCount; ++o) {
        families.AddCounted(Metric::kAttempts,
                            {kMtaNames[m], providers[p], kOutcomeNames[o]},
                            counts.attempts[m][p][o]);
      }
    }
  }
}

void AddOutcomes(const Counts& counts, const LabelNames& labels,
                 Families& families) {
  for (std::size_t p = 0; p < kMaxProviders; ++p) {
    if (p != kOtherProvider && Sum(counts.Outcomes(p)) == 0) continue;
    for (std::size_t s = 0; s < labels.streams.size(); ++s) {
      const auto& kinds = counts.outcomes[s][p];
      for (std::size_t k = 0; k < kKindCount; ++k) {
        families.Add(Metric::kOutcomes,
                     {labels.streams[s], labels.providers[p], kKindNames[k]},
                     static_cast<double>(kinds[k]));
      }
    }
  }
  std::uint64_t others = 0;
  for (const auto& kinds : counts.outcomes[kOtherStream]) others += Sum(kinds);
  families.Add(Metric::kLabelOverflow, {"stream"}, static_cast<double>(others));
  for (std::size_t m = 0; m < counts.reports.size(); ++m) {
    for (std::size_t k = 0; k < kKindCount; ++k) {
      families.AddCounted(Metric::kReports, {kMtaNames[m], kKindNames[k]},
                          counts.reports[m][k]);
    }
  }
}

void AddFailures(const Counts& counts, std::span<const std::string> providers,
                 Families& families) {
  for (std::size_t p = 0; p < kMaxProviders; ++p) {
    for (std::size_t r = 0; r < kReasonCount; ++r) {
      for (std::size_t k = 0; k < kKindCount; ++k) {
        families.AddCounted(Metric::kBounces,
                            {providers[p], kReasons[r].name, kKindNames[k]},
                            counts.bounces[p][r][k]);
      }
    }
    for (std::size_t r = 0; r < kReasonCount; ++r) {
      families.AddCounted(Metric::kDeferrals, {providers[p], kReasons[r].name},
                          counts.deferrals[p][r]);
    }
    families.AddCounted(Metric::kDisagreements, {providers[p]},
                        counts.disagreements[p]);
  }
}

void AddVerdicts(const Counts& counts, Families& families) {
  for (std::size_t d = 0; d < kDecidedByNames.size(); ++d) {
    for (std::size_t a = 0; a < kAuthorityNames.size(); ++a) {
      families.AddCounted(Metric::kVerdicts,
                          {kDecidedByNames[d], kAuthorityNames[a]},
                          counts.verdicts[d][a]);
    }
  }
}

void AddTimes(const Counts& counts, Families& families) {
  for (std::size_t k = 0; k < kKindCount; ++k) {
    if (Sum(counts.time_to_final[k]) == 0) continue;
    families.AddHistogram(Metric::kTimeToFinal, {kKindNames[k]},
                          kTimeToFinalBounds, counts.time_to_final[k],
                          counts.time_to_final_sum[k]);
  }
}

void AddSuppressions(const Counts& counts, Families& families) {
  for (std::size_t a = 0; a < kSuppressionEventNames.size(); ++a) {
    for (std::size_t r = 0; r < kReasonCount; ++r) {
      for (std::size_t s = 0; s < kSuppressionScopeNames.size(); ++s) {
        families.AddCounted(Metric::kSuppressions,
                            {kSuppressionEventNames[a], kReasons[r].name,
                             kSuppressionScopeNames[s]},
                            counts.suppressions[a][r][s]);
      }
    }
  }
  for (std::size_t f = 0; f < kSuppressionFlawNames.size(); ++f) {
    families.Add(Metric::kSuppressionFlaws, {kSuppressionFlawNames[f]},
                 static_cast<double>(counts.suppression_flaws[f]));
  }
}

}  // namespace

// The series without a reason are there from the start, or a sum over none
// would be nothing.
void AddSuppressionsActive(const ActiveSuppressions& active,
                           Families& families) {
  for (std::size_t s = 0; s < kSuppressionScopeNames.size(); ++s) {
    for (std::size_t r = 0; r < kReasonCount; ++r) {
      const auto count = active.counts[s][r];
      if (count == 0 && static_cast<Reason>(r) != Reason::kNone) continue;
      families.Add(Metric::kSuppressionsActive,
                   {kReasons[r].name, kSuppressionScopeNames[s]},
                   static_cast<double>(count));
    }
  }
}

void AddLines(const Counts& counts, Families& families) {
  for (std::size_t m = 0; m < counts.lines.size(); ++m) {
    const auto& row = counts.lines[m];
    const bool seen = Sum(row) > 0 || Mta{std::uint8_t(m)} == Mta::kUnknown;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const CauseInfo& cause = kCauses[c];
      const auto fate = kFateNames[static_cast<std::size_t>(cause.fate)];
      if (seen && cause.fate == Fate::kDeadLettered) {
        families.Add(Metric::kLines, {kMtaNames[m], fate, cause.name},
                     static_cast<double>(row[c]));
      } else {
        families.AddCounted(Metric::kLines, {kMtaNames[m], fate, cause.name},
                            row[c]);
      }
    }
  }
}

void AddCounts(const Counts& counts, const LabelNames& labels,
               Families& families) {
  const auto providers = labels.providers;
  AddLines(counts, families);
  AddAttempts(counts, providers, families);
  AddOutcomes(counts, labels, families);
  AddFailures(counts, providers, families);
  AddVerdicts(counts, families);
  AddTimes(counts, families);
  AddSuppressions(counts, families);
  for (std::size_t c = 0; c < kEvictionNames.size(); ++c) {
    families.Add(Metric::kEvicted, {kEvictionNames[c]},
                 static_cast<double>(counts.evicted[c]));
  }
  for (std::size_t f = 0; f < kRateFlawNames.size(); ++f) {
    families.Add(Metric::kRateFlaws, {kRateFlawNames[f]},
                 static_cast<double>(counts.rate_flaws[f]));
  }
  for (std::size_t p = 0; p < kMaxProviders; ++p) {
    families.AddCounted(Metric::kBrakes, {providers[p]}, counts.brakes[p]);
  }
  families.Add(Metric::kSendersUnknown, {},
               static_cast<double>(counts.senders_unknown));
  families.Add(Metric::kTimeClamped, {},
               static_cast<double>(counts.time_clamped));
}

}  // namespace ricochet
