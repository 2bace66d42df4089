#pragma once

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "ricochet/time.h"

// Numbers and texts as octets, for what this program reads back itself:
// evidence and changelogs. Little-endian; enumerators by their numbers.
namespace ricochet {

static_assert(std::endian::native == std::endian::little,
              "stored numbers are little-endian");

inline constexpr std::size_t kMaxVarint = 10;  // octets

// Years 0 to 9999, so that adding an expiry cannot overflow; or none.
[[nodiscard]] inline bool IsStorable(EventTime time) noexcept {
  using std::chrono::year;
  constexpr EventTime kFirst = std::chrono::sys_days(year{0} / 1 / 1);
  constexpr EventTime kEnd = std::chrono::sys_days(year{10000} / 1 / 1);
  return time == kNoTime || (time >= kFirst && time < kEnd);
}

// Writes one after another into a buffer that is large enough.
class BinaryWriter {
 public:
  explicit BinaryWriter(char* out) noexcept : out_(out) {}

  template <class T>
  void Put(T value) noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(out_, &value, sizeof(T));
    out_ += sizeof(T);
  }
  // Seven bits an octet, lowest first; small numbers are short.
  void PutVarint(std::uint64_t value) noexcept {
    for (; value >= 0x80; value >>= 7) {
      Put(static_cast<std::uint8_t>(value | 0x80));
    }
    Put(static_cast<std::uint8_t>(value));
  }
  // The same, small of either sign.
  void PutSigned(std::int64_t value) noexcept {
    PutVarint((static_cast<std::uint64_t>(value) << 1) ^
              static_cast<std::uint64_t>(value >> 63));
  }
  // At most 65,535 octets.
  void PutText(std::string_view text) noexcept {
    Put(static_cast<std::uint16_t>(text.size()));
    out_ += text.copy(out_, text.size());
  }
  [[nodiscard]] const char* end() const noexcept { return out_; }

 private:
  char* out_;
};

// The same, appended to a string; texts that are too long are cut.
class BinaryAppender {
 public:
  // `out` must outlive it.
  explicit BinaryAppender(std::string& out) noexcept : out_(out) {}

  template <class T>
  void Put(T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t at = out_.size();
    out_.resize(at + sizeof(T));
    std::memcpy(out_.data() + at, &value, sizeof(T));
  }
  void PutTime(EventTime time) {
    Put(std::int64_t{time.time_since_epoch().count()});
  }
  void PutText(std::string_view text) {
    text = text.substr(0, 0xFFFF);
    Put(static_cast<std::uint16_t>(text.size()));
    out_ += text;
  }

 private:
  std::string& out_;
};

// Takes them off the front of a view. After the first failure everything
// fails; the caller asks once, at the end.
class BinaryReader {
 public:
  explicit BinaryReader(std::string_view bytes) noexcept : rest_(bytes) {}

  template <class T>
  void Get(T& value) noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    if (rest_.size() < sizeof(T)) return Spoil();
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
  }
  // An enumerator of the first `count`.
  template <class E>
  void Get(E& value, std::size_t count) noexcept {
    std::uint8_t number = 0;
    Get(number);
    if (number >= count) return Spoil();
    value = static_cast<E>(number);
  }
  [[nodiscard]] std::uint64_t GetVarint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      std::uint8_t octet = 0;
      Get(octet);
      value |= std::uint64_t{octet & 0x7FU} << shift;
      if ((octet & 0x80) == 0) return value;
    }
    Spoil();
    return 0;
  }
  [[nodiscard]] std::int64_t GetSigned() noexcept {
    const auto value = GetVarint();
    return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
  }
  void GetText(std::string_view& text) noexcept {
    std::uint16_t size = 0;
    Get(size);
    if (rest_.size() < size) return Spoil();
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  // Milliseconds since 1970, as Put() wrote them; fails unless IsStorable().
  void GetTime(EventTime& time) noexcept {
    std::int64_t millis = 0;
    Get(millis);
    time = EventTime{std::chrono::milliseconds{millis}};
    if (!IsStorable(time)) Spoil();
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool Finished() const noexcept { return ok_ && rest_.empty(); }
  void Spoil() noexcept {
    ok_ = false;
    rest_ = {};
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace ricochet
