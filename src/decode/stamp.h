#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace ricochet {

// A time stamp as a log writes it: a civil time, perhaps without year or zone.
struct Stamp {
  enum class Zone : std::uint8_t {
    kNone,
    kUtc,     // "Z", or an epoch number: says nothing of where the host is
    kOffset,  // "+01:00", also "+00:00": the writer's own offset
  };

  std::int32_t millis = 0;  // of the day; up to 86,400,999 in a leap second
  std::int16_t year = 0;    // 0: not written
  std::int16_t offset = 0;  // minutes east of UTC, when zone is kOffset
  std::uint8_t month = 0;   // 1-12; 0: no stamp at all
  std::uint8_t day = 0;
  Zone zone = Zone::kNone;
  // "2026-11-21 19:58:52": date and time apart, as in Exim's main log; not a
  // form that syslog writes.
  bool spaced = false;

  [[nodiscard]] bool present() const noexcept { return month != 0; }
  // Compared as octets: this is asked of every line.
  friend bool operator==(const Stamp& a, const Stamp& b) noexcept {
    static_assert(std::has_unique_object_representations_v<Stamp>);
    return std::memcmp(&a, &b, sizeof a) == 0;
  }
};

// Reads the stamp at the front of a text:
//   Nov 21 19:36:16[.123]       RFC 3164, section 4.1.2; day padded or not
//   Nov 21 2026 19:36:16        and "Sat Nov 21 19:36:16 2026"
//   2026 Nov 21 19:36:16.123
//   2026-11-21T19:36:16.512345+01:00   RFC 3339, section 5.6; also without
//     zone, "+0100", comma for dot, and a space for T
// Remembers the last second it read, since a log repeats it. Owned by one
// thread.
class StampReader {
 public:
  // Returns the octets taken, or 0 if there is no stamp or no such date.
  std::size_t Read(std::string_view text, Stamp& stamp) noexcept;

 private:
  std::size_t ReadPrefix(std::string_view text) noexcept;

  std::array<char, 24> prefix_{};  // of the last stamp, up to its second
  std::size_t prefix_size_ = 0;
  Stamp stamp_;
};

// An epoch number in seconds, milli-, micro- or nanoseconds, told apart by
// size (seconds below 1e11, so until the year 5138). No stamp when it is
// negative or not finite.
[[nodiscard]] Stamp StampFromEpoch(double number) noexcept;

// Reads a text that is a stamp and nothing else, or an epoch number.
[[nodiscard]] Stamp ReadWholeStamp(std::string_view text) noexcept;

}  // namespace ricochet
