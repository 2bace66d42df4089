#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace ricochet {

// GCC 12 takes the branches for other sizes to be reachable for a literal.
#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Warray-bounds"
#pragma GCC diagnostic ignored "-Wstringop-overread"
#endif

// Copies `size` octets, kOctets <= size <= 2 * kOctets, by two moves that may
// overlap.
template <std::size_t kOctets>
[[gnu::always_inline]] inline void CopyTwice(char* out, const char* from,
                                             std::size_t size) noexcept {
  char head[kOctets];
  char tail[kOctets];
  std::memcpy(head, from, kOctets);
  std::memcpy(tail, from + size - kOctets, kOctets);
  std::memcpy(out, head, kOctets);
  std::memcpy(out + size - kOctets, tail, kOctets);
}

// Copies `text` to `out` and returns the end. Most texts of an event are short:
// up to 32 octets take two moves, and as this is part of its caller, each
// caller has its own branches to predict. A call of memcpy has neither.
[[gnu::always_inline]] inline char* Copy(char* out,
                                         std::string_view text) noexcept {
  const char* const from = text.data();
  const auto size = text.size();
  if (size > 32) {
    std::memcpy(out, from, size);
  } else if (size >= 16) {
    CopyTwice<16>(out, from, size);
  } else if (size >= 8) {
    CopyTwice<8>(out, from, size);
  } else if (size >= 4) {
    CopyTwice<4>(out, from, size);
  } else {
    for (std::size_t i = 0; i < size; ++i) out[i] = from[i];
  }
  return out + size;
}

#pragma GCC diagnostic pop

}  // namespace ricochet
