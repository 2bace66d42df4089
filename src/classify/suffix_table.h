#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ricochet/verdict.h"

namespace ricochet {

// Finds the longest of some hundred domains that a host name is in, in whole
// labels, whatever the case.
//
// Each is filed under its last octets, as many as the shortest one has, so that
// a host is looked up once and not once for each of its labels: most are in
// none of the domains, and share their end with none.
// Immutable; may be shared by threads. Find() does not allocate.
class SuffixTable {
 public:
  SuffixTable() : SuffixTable(std::vector<Suffix>()) {}

  // Distinct and in lower case.
  using Suffix = std::pair<std::string, ProviderId>;
  explicit SuffixTable(std::vector<Suffix> suffixes);

  // kOtherProvider: it is in none of them.
  [[nodiscard]] ProviderId Find(std::string_view host) const noexcept;

 private:
  struct Entry {
    std::uint64_t tail;  // the last eight octets as they lie in memory
    std::uint64_t mask;  // those that there are
    std::string suffix;
    ProviderId id;
  };
  static constexpr unsigned kBits = 9;
  static constexpr std::size_t kBuckets = std::size_t{1} << kBits;

  [[nodiscard]] std::size_t BucketOf(std::uint64_t tail) const noexcept {
    return (tail >> key_shift_) * 0x9e3779b97f4a7c15U >> (64 - kBits);
  }

  unsigned key_shift_ = 0;      // leaves the octets that all of them have
  std::vector<Entry> entries_;  // by bucket; within one the longest first
  std::array<std::uint32_t, kBuckets + 1> first_{};
};

}  // namespace ricochet
