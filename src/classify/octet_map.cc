#include "classify/octet_map.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "ricochet/bytes.h"

namespace ricochet {
namespace {

using Kinds = OctetMap::Kinds;

// What marks depend on, beside the kinds.
struct Others {
  std::uint64_t marked = 0;     // whatever stands behind them
  std::uint64_t separator = 0;  // '.' and ':'
  std::uint64_t pause = 0;      // blanks and commas
};

Others Read(std::string_view text, Kinds& to) noexcept {
  Kinds kinds{};
  Others others;
  std::array<char, 16> last{};  // what of the text is less than sixteen
  const auto rest = text.size() % 16;
  text.copy(last.data(), rest, text.size() - rest);
  for (std::size_t at = 0; at < text.size(); at += 16) {
    const Sixteen octets(at + 16 <= text.size() ? text.data() + at
                                                : last.data());
    const auto put = [at](std::uint64_t bits, std::uint64_t& all) {
      all |= bits << at;
      return bits;
    };
    const auto digit = put(octets.In('0', '9'), kinds.digit);
    const auto upper = put(octets.In('A', 'Z'), kinds.upper);
    const auto lower = put(octets.In('a', 'z'), kinds.lower);
    const auto dot = put(octets.Is('.'), kinds.dot);
    const auto ats = put(octets.Is('@'), kinds.at);
    const auto blank = put(octets.In('\0', ' '), kinds.blank);
    const auto other =
        put(octets.Is('-', '_', '+', '=', '/', '%', '~'), kinds.other);
    put(digit | upper | lower | dot | ats | other, kinds.atom);
    put(digit | ats | octets.Is('<', '"') | octets.In('\x80', '\xFF'),
        others.marked);
    put(dot | octets.Is(':'), others.separator);
    put(blank | octets.Is(','), others.pause);
  }
  to = kinds;
  return others;
}

// `bits` moved so that each octet has the bit of the one `places` behind it.
constexpr std::uint64_t Behind(std::uint64_t bits, std::uint64_t next,
                               unsigned places) noexcept {
  return bits >> places | next << (64 - places);
}

}  // namespace

OctetMap::OctetMap(std::string_view text) noexcept {
  assert(text.size() <= kLongest);
  auto now = Read(text.substr(0, 64), kinds_[0]);
  std::size_t word = 0;
  for (; word * 64 < text.size(); ++word) {
    auto& kinds = kinds_[word];
    auto& next = kinds_[word + 1];
    const auto begin = std::min((word + 1) * 64, text.size());
    const auto others = Read(text.substr(begin, 64), next);
    const auto date = kinds.upper & Behind(kinds.lower, next.lower, 1) &
                      Behind(kinds.lower, next.lower, 2) &
                      Behind(now.pause, others.pause, 3);
    kinds.mark = now.marked | date |
                 (now.separator & ~Behind(kinds.blank, next.blank, 1));
    now = others;
  }
  kinds_[word] = {.at = 1, .blank = 1, .mark = 1};
  kinds_[word + 1] = {};
}

}  // namespace ricochet
