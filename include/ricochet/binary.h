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

// Our own binary records: what goes between the stages, and to their
// changelogs. Integers are little-endian; a text is a length of two octets and
// as many octets.
namespace ricochet {

static_assert(std::endian::native == std::endian::little,
              "integers are written as they are in memory");

// Appends to a string that the caller keeps.
class BinaryWriter {
 public:
  static constexpr std::size_t kMaxText = 0xFFFF;

  // `out` must outlive it.
  explicit BinaryWriter(std::string& out) : out_(out) {}

  template <class T>
  void Put(T value) {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
    const std::size_t at = out_.size();
    out_.resize(at + sizeof(T));
    std::memcpy(out_.data() + at, &value, sizeof(T));
  }
  void PutTime(EventTime time) {
    Put(std::int64_t{time.time_since_epoch().count()});
  }
  // Cut when it is longer than kMaxText.
  void PutText(std::string_view text) {
    text = text.substr(0, kMaxText);
    Put(static_cast<std::uint16_t>(text.size()));
    out_ += text;
  }

 private:
  std::string& out_;
};

// Takes them off the front of a view; any bytes are safe to give. After the
// first failure everything fails; the caller asks once, at the end.
class BinaryReader {
 public:
  explicit BinaryReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  void Get(T& value) noexcept {
    static_assert(std::is_integral_v<T>);
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
  // Of the years 0 to 9999, so that adding days to it cannot overflow; or none.
  void GetTime(EventTime& time) noexcept {
    using std::chrono::year;
    constexpr EventTime kFirst = std::chrono::sys_days(year{0} / 1 / 1);
    constexpr EventTime kEnd = std::chrono::sys_days(year{10000} / 1 / 1);
    std::int64_t count = 0;
    Get(count);
    time = EventTime{std::chrono::milliseconds{count}};
    if (time != kNoTime && (time < kFirst || time >= kEnd)) Spoil();
  }
  void GetText(std::string_view& text) noexcept {
    std::uint16_t size = 0;
    Get(size);
    if (rest_.size() < size) return Spoil();
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
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
