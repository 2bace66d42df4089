#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace ricochet {

// Numbers and texts as few octets, for internal records and changelogs. A
// number is written seven bits an octet, lowest first, the eighth bit says
// that more follow (as in Protocol Buffers); a text is its size and its octets.

inline void PackNumber(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

inline void PackText(std::string_view text, std::string& out) {
  PackNumber(text.size(), out);
  out += text;
}

// Takes them off the front of a view. Any octets are safe to give. After the
// first failure everything fails and reads as nothing; the caller asks once, at
// the end.
class PackedReader {
 public:
  explicit PackedReader(std::string_view bytes) noexcept : rest_(bytes) {}

  std::uint8_t Octet() noexcept {
    if (rest_.empty()) return Spoil(), 0;
    const auto octet = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return octet;
  }
  // At most `max`. Only what PackNumber() writes: no empty octet at the end.
  std::uint64_t Number(std::uint64_t max = UINT64_MAX) noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint64_t octet = Octet();
      const std::uint64_t bits = octet & 0x7F;
      if (shift > 63 || (shift == 63 && bits > 1) ||
          (octet == 0 && shift > 0)) {
        return Spoil(), 0;
      }
      value |= bits << shift;
      if (octet < 0x80) break;
    }
    if (value > max) return Spoil(), 0;
    return value;
  }
  // Points into what the reader was given.
  std::string_view Text() noexcept {
    const auto size = Number(rest_.size());
    if (size > rest_.size()) return Spoil(), std::string_view{};
    const auto text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  // Everything was read, and nothing failed.
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
