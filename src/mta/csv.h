#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "mta/scan.h"

namespace ricochet {

// The fields of one line of comma-separated values (RFC 4180): a field may
// stand in double quotes, and a quote within them is doubled. A quote within a
// field that does not begin with one is an ordinary octet, and so are blanks.
//
// Owned by one worker and used for all its lines. Keeps views of the line last
// split and of the buffer given with it; they die with either.
class CsvFields {
 public:
  static constexpr std::size_t kMost = 128;

  // Takes `line`, which has no newline, apart. False, and the fields are
  // unspecified: a quoted field does not end, or goes on behind its closing
  // quote, or there are more than kMost fields. A line of n commas has n + 1
  // fields, so that an empty line has one.
  // Of the fields with doubled quotes, text with single ones is put into
  // `unescaped`, whose contents are replaced; it allocates only to grow.
  [[nodiscard]] bool Split(std::string_view line, std::string& unescaped);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // A field without the quotes around it; empty beyond the last.
  [[nodiscard]] std::string_view operator[](std::size_t column) const noexcept {
    if (column >= size_) return {};
    if (quoted_) return fields_[column];
    const std::size_t begin = begins_[column];
    return {text_ + begin, begins_[column + 1] - 1 - begin};
  }

 private:
  [[nodiscard]] bool SplitPlain(std::string_view line) noexcept;
  [[nodiscard]] bool SplitQuoted(std::string_view line, std::string& unescaped);

  std::size_t size_ = 0;
  bool quoted_ = false;                         // the line has a quote
  std::array<std::string_view, kMost> fields_;  // of a line with quotes
  // Of one without, of which most fields are never asked for: where each
  // begins, and where one behind the last would.
  const char* text_ = nullptr;
  std::array<std::size_t, kMost + 1> begins_{};
};

// Takes UTF-8's byte order mark off the front of `text`, if it is there.
inline void SkipByteOrderMark(std::string_view& text) noexcept {
  (void)Take(text, "\xEF\xBB\xBF");
}

}  // namespace ricochet
