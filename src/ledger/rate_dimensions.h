#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/packed.h"
#include "ricochet/rate_window.h"
#include "ricochet/text_hash.h"

namespace ricochet {

// Dimensions as one text (ricochet/packed.h): tenant, stream, sender domain,
// provider, egress.
void PackDimensions(const RateDimensions& dimensions, std::string& out);
[[nodiscard]] RateDimensions ReadDimensions(PackedReader& in) noexcept;

// Gives each set of dimensions a number while windows refer to it, since a set
// has some hundreds of windows. Owned by one worker; not thread-safe.
class RateDimensionTable {
 public:
  using Number = std::uint32_t;

  // Null: not there.
  [[nodiscard]] const Number* Find(const RateDimensions& dimensions);
  // A number that no window refers to yet.
  Number Make(const RateDimensions& dimensions);

  // A window refers to it, or no more. Numbers stay taken until Sweep().
  void Retain(Number number) noexcept { ++entries_[number].windows; }
  void Release(Number number);
  // Frees the numbers that no window refers to.
  void Sweep();

  // As PackDimensions() gives it; dies at Sweep().
  [[nodiscard]] std::string_view packed(Number number) const noexcept {
    return entries_[number].packed;
  }
  [[nodiscard]] std::size_t size() const noexcept { return numbers_.size(); }

 private:
  struct Entry {
    std::string packed;
    std::uint32_t windows = 0;
  };

  std::deque<Entry> entries_;  // they do not move
  std::vector<Number> free_;
  std::vector<Number> unused_;  // perhaps: looked at by Sweep()
  absl::flat_hash_map<std::string_view, Number, TextHash, TextEqual> numbers_;
  std::string scratch_;
};

}  // namespace ricochet
