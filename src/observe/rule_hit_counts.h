#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string_view>

#include "observe/labelled_counts.h"

namespace ricochet {

// Replies by the rule that decided. Between commits it only remembers, so that
// aborted work counts nothing. A rule that was seen before costs one look-up
// and no allocation. Owned by one worker; not thread-safe.
class RuleHitCounts {
 public:
  // Rows for as many rules as an installation ever has, edits included.
  static constexpr std::size_t kMaxRules = 4096;

  // `published` must outlive this object, and has one column.
  explicit RuleHitCounts(LabelledCounts& published) : published_(published) {}

  // `rule` is a Verdict's: interned, so that its address stands for it.
  void Add(std::string_view rule) {
    Hits& hits = hits_[rule.data()];
    hits.rule = rule;
    ++hits.pending;
  }
  // The transaction that they were part of was committed, or aborted.
  void Commit();
  void Clear();

 private:
  struct Hits {
    std::string_view rule;
    std::uint64_t pending = 0;
  };

  LabelledCounts& published_;
  absl::flat_hash_map<const char*, Hits> hits_;
};

}  // namespace ricochet
