#pragma once

#include <concepts>
#include <cstddef>
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
