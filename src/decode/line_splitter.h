#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace ricochet {

// Cuts a text at "\n" or "\r\n"; a newline at its end begins no further line,
// and an empty text is one empty line. Keeps a view of the text, and so do the
// lines.
class LineSplitter {
 public:
  LineSplitter() = default;
  explicit LineSplitter(std::string_view text) noexcept
      : rest_(text), more_(true) {}
  template <std::same_as<std::string> S>
  explicit LineSplitter(S&&) = delete;

  // False at the end.
  bool Next(std::string_view& line) noexcept {
    if (!more_) return false;
    const std::size_t newline = rest_.find('\n');
    line = rest_.substr(0, newline);
    if (newline == std::string_view::npos) {
      more_ = false;
    } else {
      rest_.remove_prefix(newline + 1);
      more_ = !rest_.empty();
    }
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
  }

 private:
  std::string_view rest_;
  bool more_ = false;
};

}  // namespace ricochet
