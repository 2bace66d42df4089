#pragma once

#include <absl/container/inlined_vector.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/rate_dimensions.h"
#include "ricochet/rate_window.h"
#include "ricochet/record.h"

namespace ricochet {

// One window of one set of dimensions.
struct RateWindowKey {
  RateDimensionTable::Number dimensions = 0;
  Minute start = 0;
  RateLength length = RateLength::kMinute;

  // The minute after its last one.
  [[nodiscard]] Minute end() const noexcept { return start + Minutes(length); }

  friend auto operator<=>(const RateWindowKey&, const RateWindowKey&) = default;
  template <class H>
  friend H AbslHashValue(H hash, const RateWindowKey& key) {
    return H::combine(std::move(hash), key.dimensions, key.start, key.length);
  }
};

// What is kept of it.
struct RateWindowState {
  Offset applied = kNoOffset;  // of the last record that changed it
  RateNumbers numbers;
  std::uint32_t written = 0;  // how often
  bool final = false;
  bool pending = false;                         // changed since it was written
  absl::InlinedVector<ReasonCount, 2> reasons;  // ascending; none of them 0

  void Add(const CountRow& row);
  friend bool operator==(const RateWindowState&,
                         const RateWindowState&) = default;
};

// Entries of the changelog, in the forms of ricochet/packed.h. The keys:
//
//   "sw" length, start, dimensions   a window
//   "st"                             the newest minute seen
//
// and the values: a version, 1; of a window then applied + 1, flags (1 = final,
// 2 = pending), written and the counts (ricochet/packed_counts.h).
inline constexpr std::string_view kRateTimeKey = "st";

void PackWindowKey(const RateWindowKey& key, std::string_view dimensions,
                   std::string& out);
void PackWindow(const RateWindowState& state, std::string& out);
void PackRateTime(Minute newest, std::string& out);

// A window's key as it was read; views into the octets.
struct NamedWindowKey {
  RateDimensions dimensions;
  Minute start = 0;
  RateLength length = RateLength::kMinute;
};

// Any octets are safe to give; nothing for what nobody wrote.
[[nodiscard]] std::optional<NamedWindowKey> UnpackWindowKey(
    std::string_view bytes) noexcept;
[[nodiscard]] std::optional<RateWindowState> UnpackWindow(
    std::string_view bytes);
[[nodiscard]] std::optional<Minute> UnpackRateTime(
    std::string_view bytes) noexcept;

}  // namespace ricochet
