#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace ricochet::bench {

// A number to be written in hexadecimal.
struct Hex {
  std::uint64_t value;
};

inline void AppendOne(std::string* out, std::string_view text) {
  out->append(text);
}
inline void AppendOne(std::string* out, std::integral auto number) {
  std::array<char, 24> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out->append(digits.data(), end);
}
inline void AppendOne(std::string* out, Hex number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 number.value, 16)
                       .ptr;
  out->append(digits.data(), end);
}

// Appends strings and whole numbers. (Append cannot take
// std::string_view as Debian builds it, and fmt is half as fast.)
template <typename... Parts>
void Append(std::string* out, const Parts&... parts) {
  (AppendOne(out, parts), ...);
}

template <typename... Parts>
[[nodiscard]] std::string Concat(const Parts&... parts) {
  std::string out;
  Append(&out, parts...);
  return out;
}

// The pieces of `text` between separators; views into it.
[[nodiscard]] inline std::vector<std::string_view> Split(std::string_view text,
                                                         char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

[[nodiscard]] inline std::string Replace(std::string text,
                                         std::string_view from,
                                         std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace ricochet::bench
