#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "ricochet/packed.h"
#include "ricochet/rate_window.h"

// Counts as records and changelogs hold them: a number for each RateUnit, how
// many reasons, and for each its number in verdict.h and its count, which is
// not 0. Reasons ascend.
namespace ricochet {

inline void PackCounts(const RateNumbers& numbers,
                       std::span<const ReasonCount> reasons, std::string& out) {
  for (const auto count : numbers.counts) PackNumber(count, out);
  PackNumber(reasons.size(), out);
  for (const auto& [reason, count] : reasons) {
    PackNumber(static_cast<std::uint64_t>(reason), out);
    PackNumber(count, out);
  }
}

[[nodiscard]] inline RateCount ReadCount(PackedReader& in) noexcept {
  return static_cast<RateCount>(
      in.Number(std::numeric_limits<RateCount>::max()));
}

// Appends the reasons; returns how many there were.
template <class Reasons>
std::size_t ReadCounts(PackedReader& in, RateNumbers& numbers,
                       Reasons& reasons) {
  for (auto& count : numbers.counts) count = ReadCount(in);
  const auto size = in.Number(kReasons.size());
  std::uint64_t least = 0;
  for (std::uint64_t i = 0; i < size && in.ok(); ++i) {
    const auto reason = in.Number(kReasons.size() - 1);
    const auto count = ReadCount(in);
    if (reason < least || count == 0) in.Spoil();
    least = reason + 1;
    reasons.push_back({static_cast<Reason>(reason), count});
  }
  return size;
}

}  // namespace ricochet
