#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace ricochet {

// Cuts a record into plain lines and JSON documents: a line that begins with
// '{' is taken for a document; "[{" begins an array, each of whose elements is
// one. Every octet that is not white space, or the punctuation of an array, is
// in exactly one piece. An empty record is one empty line, an empty array
// another.
//
// Keeps a view of the record, and so do the pieces. Takes time linear in the
// record's size, whatever is in it.
class Framer {
 public:
  struct Piece {
    std::string_view bytes;  // of a line without its "\n" or "\r\n"
    bool json = false;
  };

  Framer() = default;
  explicit Framer(std::string_view record) noexcept;
  template <std::same_as<std::string> S>
  explicit Framer(S&&) = delete;

  // The usual case of Next(), for speed: true, and the line without its end,
  // if a plain line comes next that begins with no blank and no bracket.
  bool NextPlain(std::string_view& line) noexcept {
    if (!more_ || in_line_ || in_array_ || at_ == record_.size()) return false;
    const char first = record_[at_];
    if (first <= ' ' || first == '{' || first == '[') return false;
    line = CutLine();
    return true;
  }
  // False at the end.
  bool Next(Piece& piece) noexcept;

  // The last piece turned out to be no document: a document may also go on
  // over several lines, or end within one. Returns the document that begins
  // where the piece does, as its braces say, or nothing.
  [[nodiscard]] std::optional<std::string_view> Recut(
      const Piece& piece) noexcept;
  // Goes on behind what Recut() returned instead of behind the last piece.
  void Accept(std::string_view document) noexcept;

 private:
  // The octets up to the next newline, and goes on behind it.
  std::string_view CutLine() noexcept {
    const char* begin = record_.data() + at_;
    const std::size_t left = record_.size() - at_;
    const auto* end =
        left == 0 ? nullptr
                  : static_cast<const char*>(std::memchr(begin, '\n', left));
    std::size_t size = left;
    at_ = record_.size();
    if (end != nullptr) {
      size = static_cast<std::size_t>(end - begin);
      at_ = static_cast<std::size_t>(end + 1 - record_.data());
    }
    more_ = at_ < record_.size();
    if (size != 0 && begin[size - 1] == '\r') --size;
    return {begin, size};
  }
  void TakeLine(Piece& piece) noexcept;
  bool TakeElement(Piece& piece) noexcept;
  bool LeaveLine() noexcept;
  [[nodiscard]] std::size_t Balanced(std::size_t begin) noexcept;
  void Skip(std::string_view set) noexcept;

  std::string_view record_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // where the last piece begins
  // Octets that may still be searched for a closing brace; keeps hostile
  // records from taking quadratic time.
  std::size_t budget_ = 0;
  bool more_ = false;
  bool in_line_ = false;  // behind a document, its line's rest to come
  bool in_array_ = false;
  bool array_empty_ = false;  // so far
};

}  // namespace ricochet
