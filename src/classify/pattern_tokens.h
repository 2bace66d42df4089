#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ricochet {

// A piece of a rule's regex, as far as we tell them apart.
struct PatternToken {
  enum class Kind : std::uint8_t {
    kLiteral,
    kBoundary,  // \b ^ $
    kOpen,
    kClose,
    kOr,
    kRepeat,  // also the "?" of "*?"
    kClass,   // [...]
    kAny,     // . \S \d ...
  };
  Kind kind = Kind::kAny;
  char literal = 0;
  std::size_t at = 0;
  std::size_t size = 1;
  bool captures = false;  // a "(" without "?"
  // Not read as RE2 does, since rules have little use for it: flags, \Q, \x ...
  bool foreign = false;
};

// `pattern` is a valid RE2, or its tokens mean nothing.
[[nodiscard]] std::vector<PatternToken> TokensOf(std::string_view pattern);

}  // namespace ricochet
