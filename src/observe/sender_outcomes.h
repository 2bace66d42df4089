#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "observe/labelled_counts.h"
#include "ricochet/counts.h"

namespace ricochet {

// Final outcomes by sender domain, for those domains that reach `threshold`
// first. Between commits it only remembers, so that aborted work counts
// nothing.
//
// Who nears the threshold is remembered for at most kMaxCandidates domains;
// when there are more, what the median of them has is taken from each, and
// those with nothing left are forgotten (the summary of Misra and Gries, with
// the purge of half of it at once). So a large sender passes, however many
// others send little.
// Owned by one worker; not thread-safe.
class SenderOutcomes {
 public:
  using Kinds = std::array<std::uint64_t, kKindCount>;
  static constexpr std::size_t kMaxCandidates = 10'000;

  // `published` must outlive this object.
  SenderOutcomes(LabelledCounts& published, std::uint64_t threshold)
      : published_(published), threshold_(threshold) {}

  void Add(std::string_view domain, const Kinds& outcomes);
  // The transaction that they were part of was committed, or aborted.
  void Commit();
  void Clear() { pending_.clear(); }

 private:
  [[nodiscard]] std::size_t RowOf(const std::string& domain,
                                  std::uint64_t outcomes);
  void PurgeCandidates();

  LabelledCounts& published_;
  const std::uint64_t threshold_;
  absl::flat_hash_map<std::string, Kinds> pending_;
  absl::flat_hash_map<std::string, std::uint64_t> candidates_;
};

}  // namespace ricochet
