#pragma once

#define XXH_INLINE_ALL  // a call costs more than the hash of a short text
#include <xxhash.h>

#include <cstddef>
#include <string_view>

namespace ricochet {

// Hash and equality for tables keyed by std::string that are asked with a
// std::string_view, without a temporary string:
//   absl::flat_hash_map<std::string, T, TextHash, TextEqual>
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return XXH3_64bits(text.data(), text.size());
  }
};
struct TextEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const noexcept {
    return a == b;
  }
};

}  // namespace ricochet
