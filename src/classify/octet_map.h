#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "classify/token.h"

namespace ricochet {

// Of which kind each octet of a text is, sixteen looked at at once: a bit for
// each. So that one may go from one place of interest to the next, and need
// not look at an atom octet by octet.
class OctetMap {
 public:
  static constexpr std::size_t kLongest = 2048;

  // Of 64 octets, the first one lowest.
  struct Kinds {
    std::uint64_t digit;
    std::uint64_t upper;
    std::uint64_t lower;
    std::uint64_t dot;
    std::uint64_t at;
    std::uint64_t other;  // - _ + = / % ~
    std::uint64_t atom;   // all these
    std::uint64_t blank;  // ' ' and what is below
    std::uint64_t mark;
  };

  // Of a text of kLongest octets or less.
  explicit OctetMap(std::string_view text) noexcept;

  // Where the next one of a kind, `at` or `blank` or `mark`, is, at or behind
  // `from`; beyond the text if there is none.
  //
  // Marked are digits, octets beyond ASCII, '@', '<', '"', a '.' or ':' with
  // something behind it, and what may be the name of a day or month. An atom
  // without a mark in it or right behind it is a word that stays in the
  // template; some words are marked without need.
  [[nodiscard]] std::size_t Next(std::uint64_t Kinds::*kind,
                                 std::size_t from) const noexcept {
    std::size_t word = from / 64;
    std::uint64_t bits = kinds_[word].*kind >> (from % 64) << (from % 64);
    while (bits == 0) bits = kinds_[++word].*kind;
    return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  }

  // How many octets of ASCII that may be of an atom stand at `from`; up to 64.
  [[nodiscard]] std::size_t AtomOctetsAt(std::size_t from) const noexcept {
    return static_cast<std::size_t>(
        std::countr_one(Window(&Kinds::atom, from)));
  }
  // Are there two dots in a row among the `size` octets, 1 to 63, at `from`?
  [[nodiscard]] bool HasTwoDotsAt(std::size_t from,
                                  std::size_t size) const noexcept {
    const auto dots = Window(&Kinds::dot, from) << (64 - size);
    return (dots & dots << 1) != 0;
  }
  // Of the `size` octets, 1 to 63, at `from`.
  [[nodiscard]] Census CensusOf(std::size_t from,
                                std::size_t size) const noexcept {
    const auto has = [&](std::uint64_t Kinds::*kind) {
      return Window(kind, from) << (64 - size) != 0;
    };
    Census census{.digit = has(&Kinds::digit),
                  .upper = has(&Kinds::upper),
                  .lower = has(&Kinds::lower),
                  .at = has(&Kinds::at),
                  .other = has(&Kinds::other)};
    auto dots = Window(&Kinds::dot, from) << (64 - size);
    for (; dots != 0; dots &= dots - 1) ++census.dots;  // few
    return census;
  }

 private:
  // The bits of the 64 octets from `from` on.
  [[nodiscard]] std::uint64_t Window(std::uint64_t Kinds::*kind,
                                     std::size_t from) const noexcept {
    const auto word = from / 64;
    const auto shift = from % 64;
    return kinds_[word].*kind >> shift | kinds_[word + 1].*kind << 1
                                                                << (63 - shift);
  }

  // One more for what is searched and not there, and one to look ahead into.
  std::array<Kinds, kLongest / 64 + 2> kinds_;
};

}  // namespace ricochet
