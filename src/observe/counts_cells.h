#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "ricochet/counts.h"

namespace ricochet {

// Counts seen as one row of 64-bit cells, in the order of this list, so that
// it can be copied cell by cell. A member missing here does not compile.
inline constexpr auto kCountsMembers = std::make_tuple(
    &Counts::lines, &Counts::attempts, &Counts::reports, &Counts::outcomes,
    &Counts::bounces, &Counts::deferrals, &Counts::verdicts,
    &Counts::disagreements, &Counts::suppressions, &Counts::suppression_flaws,
    &Counts::time_to_final, &Counts::time_to_final_sum, &Counts::evicted,
    &Counts::rate_flaws, &Counts::brakes, &Counts::senders_unknown,
    &Counts::time_clamped);

inline constexpr std::size_t kCountsCells =
    sizeof(Counts) / sizeof(std::uint64_t);

static_assert(std::apply(
                  [](auto... member) {
                    const Counts* const counts = nullptr;
                    return (sizeof(counts->*member) + ...);
                  },
                  kCountsMembers) == sizeof(Counts),
              "a member of Counts is missing in kCountsMembers");

// Calls visit(cell) for a number, or for each number of a nested array.
template <class Cell, class Visit>
void ForEachCell(Cell& cell, const Visit& visit) {
  if constexpr (requires { cell.begin(); }) {
    for (auto& inner : cell) ForEachCell(inner, visit);
  } else {
    static_assert(sizeof(cell) == sizeof(std::uint64_t));
    visit(cell);
  }
}

// Calls visit(cell, index) for each cell of `counts`, const or not; a cell is
// a std::uint64_t or a double.
template <class AnyCounts, class Visit>
void ForEachCountsCell(AnyCounts& counts, const Visit& visit) {
  std::size_t index = 0;
  const auto next = [&](auto& cell) { visit(cell, index++); };
  std::apply([&](auto... member) { (ForEachCell(counts.*member, next), ...); },
             kCountsMembers);
}

}  // namespace ricochet
