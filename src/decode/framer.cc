#include "decode/framer.h"

#include "decode/ascii.h"

namespace ricochet {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kBlanksAndNewlines = " \t\r\n";
constexpr std::size_t kNone = std::string_view::npos;

// Does a JSON array of objects begin here? Plain lines may begin with '[' too.
bool BeginsArray(std::string_view line_and_on) noexcept {
  const std::size_t inside =
      line_and_on.find_first_not_of(kBlanksAndNewlines, 1);
  if (inside == kNone) return false;
  return line_and_on[inside] == '{' || line_and_on[inside] == ']';
}

}  // namespace

Framer::Framer(std::string_view record) noexcept
    : record_(record), budget_(4 * record.size() + 1024), more_(true) {}

void Framer::Skip(std::string_view set) noexcept {
  const std::size_t next = record_.find_first_not_of(set, at_);
  at_ = next == kNone ? record_.size() : next;
}

// The end of the object or array that begins at `begin`, or kNone. A newline
// within a string ends the search: JSON has none there.
std::size_t Framer::Balanced(std::size_t begin) noexcept {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = begin; i < record_.size() && budget_ != 0; ++i) {
    --budget_;
    const char c = record_[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      if (c == '\n') return kNone;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return i + 1;
    }
  }
  return kNone;
}

// Behind a document: true if its line holds more.
bool Framer::LeaveLine() noexcept {
  in_line_ = false;
  Skip(kBlanks);
  if (at_ == record_.size()) {
    more_ = false;
    return false;
  }
  if (record_[at_] != '\n') return true;
  ++at_;
  more_ = at_ < record_.size();
  return false;
}

void Framer::TakeLine(Piece& piece) noexcept {
  begin_ = at_;
  std::string_view line = CutLine();
  piece.json = false;
  piece.bytes = line;
  std::size_t first = 0;
  while (first < line.size() && IsBlank(line[first])) ++first;
  if (first == line.size() || line[first] != '{') return;
  piece.json = true;
  begin_ += first;
  line.remove_prefix(first);
  piece.bytes = line.substr(0, line.find_last_not_of(kBlanks) + 1);
}

// The next element of an array; false behind its end.
bool Framer::TakeElement(Piece& piece) noexcept {
  Skip(" \t\r\n,");
  if (at_ == record_.size() || record_[at_] == ']') {
    piece = {record_.substr(at_, 0), false};
    in_array_ = false;
    in_line_ = true;
    if (at_ < record_.size()) ++at_;
    return array_empty_;
  }
  array_empty_ = false;
  begin_ = at_;
  const bool nested = record_[at_] == '{' || record_[at_] == '[';
  const std::size_t end =
      nested ? Balanced(at_) : record_.find_first_of(",]\n", at_);
  if (end == kNone) {
    in_array_ = false;
    TakeLine(piece);
    piece.json = true;
    return true;
  }
  piece = {record_.substr(at_, end - at_), true};
  at_ = end;
  return true;
}

bool Framer::Next(Piece& piece) noexcept {
  while (more_) {
    if (in_array_) {
      if (TakeElement(piece)) return true;
      continue;
    }
    if (in_line_ && !LeaveLine()) continue;
    std::size_t first = at_;
    while (first < record_.size() && IsBlank(record_[first])) ++first;
    if (first < record_.size() && record_[first] == '[' &&
        BeginsArray(record_.substr(first))) {
      at_ = first + 1;
      in_array_ = true;
      array_empty_ = true;
      continue;
    }
    TakeLine(piece);
    return true;
  }
  return false;
}

std::optional<std::string_view> Framer::Recut(const Piece& piece) noexcept {
  if (!piece.json || in_array_ || record_[begin_] != '{') return std::nullopt;
  const std::size_t end = Balanced(begin_);
  if (end == kNone || end == begin_ + piece.bytes.size()) return std::nullopt;
  return record_.substr(begin_, end - begin_);
}

void Framer::Accept(std::string_view document) noexcept {
  at_ = begin_ + document.size();
  more_ = true;
  in_line_ = true;
}

}  // namespace ricochet
