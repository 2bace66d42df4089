#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ricochet/evidence.h"
#include "ricochet/fate.h"
#include "ricochet/mta_event.h"
#include "ricochet/verdict.h"

namespace ricochet {

inline constexpr std::size_t kReasonCount = kReasons.size();
inline constexpr std::size_t kOutcomeCount = kOutcomeNames.size();
inline constexpr std::size_t kKindCount = kKindNames.size();

// Streams that are counted on their own; the last one is "other", for those
// that the configuration names beyond.
inline constexpr std::size_t kMaxStreams = 16;
inline constexpr std::size_t kOtherStream = kMaxStreams - 1;

// Upper bounds of time_to_final_seconds, in seconds; the last bucket is +Inf.
inline constexpr std::array<double, 12> kTimeToFinalBounds = {
    0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 28800, 86400, 432000};

// Why something that a correlator held was given up before its message ended.
enum class Eviction : std::uint8_t {
  kCapacity,    // the table was full
  kAge,         // older than its lifetime (7 days)
  kRecipients,  // a message's 101st outstanding recipient was not kept
};
inline constexpr std::array<std::string_view, 3> kEvictionNames = {
    "capacity", "age", "recipients"};

// Why a bounce rate does not count all that it should, or not where it should.
enum class RateFlaw : std::uint8_t {
  kLate,     // its window was gone: counted in none
  kClamped,  // ahead of its record's time: counted at that one
  kCrowded,  // no room for its dimensions: its sender domain is "other"
  kUndated,  // an event without a time: counted nowhere
};
inline constexpr std::array<std::string_view, 4> kRateFlawNames = {
    "late", "clamped", "crowded", "undated"};

// What becomes of an entry of the suppression list.
enum class SuppressionEvent : std::uint8_t {
  kSuppress,
  kRelease,  // by a delivery or an operator
  kExpire,   // its time is over
};
inline constexpr std::array<std::string_view, 3> kSuppressionEventNames = {
    "suppress", "release", "expire"};

// Why evidence or a conclusion from it is not in the suppression list.
enum class SuppressionFlaw : std::uint8_t {
  kFull,       // no room for another suppression, or one that is watched
  kEvicted,    // watched; made place for another
  kUndated,    // evidence without a time
  kMalformed,  // evidence about an impossible address
  kCollision,  // evidence about an address with the hash of another
  kBraked,     // held back by the brake
};
inline constexpr std::array<std::string_view, 6> kSuppressionFlawNames = {
    "full", "evicted", "undated", "malformed", "collision", "braked"};

// What happened since the last commit: plain numbers, one writer. A stage adds
// to its own block; at commit the block is added to the worker's published
// counters and cleared, so aborted work counts nothing. Metric names are those
// of docs/metrics.md; the array indices are the enumerators' values.
struct Counts {
  template <std::size_t N>
  using Row = std::array<std::uint64_t, N>;

  // lines_total: [mta][cause]
  std::array<Row<kCauses.size()>, kMtaNames.size()> lines{};
  // attempts_total: [mta][provider][outcome]
  std::array<std::array<Row<kOutcomeCount>, kMaxProviders>, kMtaNames.size()>
      attempts{};
  // reports_total: [mta][kind]
  std::array<Row<kKindCount>, kMtaNames.size()> reports{};
  // outcomes_total: [stream][provider][kind]
  std::array<std::array<Row<kKindCount>, kMaxProviders>, kMaxStreams>
      outcomes{};
  // bounces_total: [provider][reason][kind]; final failures
  std::array<std::array<Row<kKindCount>, kReasonCount>, kMaxProviders>
      bounces{};
  // deferrals_total: [provider][reason]
  std::array<Row<kReasonCount>, kMaxProviders> deferrals{};
  // verdicts_total: [decided_by][authority]
  std::array<Row<kAuthorityNames.size()>, kDecidedByNames.size()> verdicts{};
  // code_disagreements_total: [provider]
  Row<kMaxProviders> disagreements{};
  // suppressions_total: [action][reason][scope]
  std::array<std::array<Row<kSuppressionScopeNames.size()>, kReasonCount>,
             kSuppressionEventNames.size()>
      suppressions{};
  // suppression_flaws_total: [cause]
  Row<kSuppressionFlawNames.size()> suppression_flaws{};
  // time_to_final_seconds: [kind][bucket], and the sum of seconds by kind
  std::array<Row<kTimeToFinalBounds.size() + 1>, kKindCount> time_to_final{};
  std::array<double, kKindCount> time_to_final_sum{};
  // correlation_evicted_total: [cause]
  Row<kEvictionNames.size()> evicted{};
  // rate_flaws_total: [cause]
  Row<kRateFlawNames.size()> rate_flaws{};
  // brakes_total: [provider]
  Row<kMaxProviders> brakes{};
  std::uint64_t senders_unknown = 0;  // events whose sender the log hides
  std::uint64_t time_clamped = 0;     // time_clamped_total

  // Of a provider, by kind, in all streams.
  [[nodiscard]] Row<kKindCount> Outcomes(std::size_t provider) const noexcept {
    Row<kKindCount> sum{};
    for (const auto& providers : outcomes) {
      for (std::size_t k = 0; k < sum.size(); ++k)
        sum[k] += providers[provider][k];
    }
    return sum;
  }

  [[nodiscard]] std::uint64_t Lines(Fate fate) const noexcept {
    std::uint64_t sum = 0;
    for (const auto& causes : lines) {
      for (std::size_t i = 0; i < causes.size(); ++i) {
        if (kCauses[i].fate == fate) sum += causes[i];
      }
    }
    return sum;
  }
};

}  // namespace ricochet
