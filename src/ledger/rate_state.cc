#include "ledger/rate_state.h"

#include <algorithm>
#include <limits>

#include "ricochet/packed_counts.h"

namespace ricochet {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kWindowPrefix = "sw";
constexpr std::uint8_t kFinal = 1;
constexpr std::uint8_t kPending = 2;

}  // namespace

void RateWindowState::Add(const CountRow& row) {
  numbers.Add(row.numbers);
  for (const auto& [reason, count] : row.reasons) {
    const auto at =
        std::ranges::lower_bound(reasons, reason, {}, &ReasonCount::reason);
    if (at != reasons.end() && at->reason == reason) {
      at->count = AddCounts(at->count, count);
    } else {
      reasons.insert(at, {reason, count});
    }
  }
}

void PackWindowKey(const RateWindowKey& key, std::string_view dimensions,
                   std::string& out) {
  out += kWindowPrefix;
  out += static_cast<char>(key.length);
  PackNumber(key.start, out);
  out += dimensions;
}

void PackWindow(const RateWindowState& state, std::string& out) {
  out += static_cast<char>(kVersion);
  PackNumber(static_cast<std::uint64_t>(state.applied + 1), out);
  out += static_cast<char>((state.final ? kFinal : 0) |
                           (state.pending ? kPending : 0));
  PackNumber(state.written, out);
  PackCounts(state.numbers, state.reasons, out);
}

void PackRateTime(Minute newest, std::string& out) {
  out += static_cast<char>(kVersion);
  PackNumber(newest, out);
}

std::optional<NamedWindowKey> UnpackWindowKey(std::string_view bytes) noexcept {
  if (!bytes.starts_with(kWindowPrefix)) return std::nullopt;
  PackedReader in(bytes.substr(kWindowPrefix.size()));
  NamedWindowKey key;
  const auto length = in.Octet();
  if (length >= kRateLengths.size()) return std::nullopt;
  key.length = static_cast<RateLength>(length);
  key.start = static_cast<Minute>(in.Number(kLastMinute));
  key.dimensions = ReadDimensions(in);
  if (!in.Finished() || key.start % Minutes(key.length) != 0) {
    return std::nullopt;
  }
  return key;
}

std::optional<RateWindowState> UnpackWindow(std::string_view bytes) {
  PackedReader in(bytes);
  if (in.Octet() != kVersion) return std::nullopt;
  RateWindowState state;
  state.applied =
      static_cast<Offset>(in.Number(std::numeric_limits<Offset>::max())) - 1;
  const auto flags = in.Octet();
  if (flags > (kFinal | kPending)) in.Spoil();
  state.final = (flags & kFinal) != 0;
  state.pending = (flags & kPending) != 0;
  state.written = ReadCount(in);
  ReadCounts(in, state.numbers, state.reasons);
  if (!in.Finished()) return std::nullopt;
  return state;
}

std::optional<Minute> UnpackRateTime(std::string_view bytes) noexcept {
  PackedReader in(bytes);
  if (in.Octet() != kVersion) return std::nullopt;
  const auto newest = static_cast<Minute>(in.Number(kLastMinute));
  if (!in.Finished()) return std::nullopt;
  return newest;
}

}  // namespace ricochet
