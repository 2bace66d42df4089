#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "report/tally.h"
#include "ricochet/text_hash.h"

namespace ricochet {

// The most frequent reason of a sequence, exact when it makes up more than
// half of it (Boyer and Moore's vote); in five bytes.
struct MajorityReason {
  Reason reason = Reason::kNone;
  std::uint32_t lead = 0;

  void Vote(Reason vote) noexcept {
    if (lead == 0) reason = vote;
    lead += vote == reason ? 1U : ~0U;
  }
};

struct DomainEntry {
  std::string domain;  // lower case
  Tally tally;
  MajorityReason failure;  // of failed outcomes
};

// Numbers by domain; at most `limit` domains, all later ones counted in one
// entry. Domains are compared without case. One thread.
class DomainTable {
 public:
  explicit DomainTable(std::size_t limit) : limit_(limit) {}
  DomainTable(const DomainTable&) = delete;
  DomainTable& operator=(const DomainTable&) = delete;

  // The entry of `domain`; stays where it is. A domain already seen costs one
  // probe and no allocation.
  [[nodiscard]] DomainEntry& Find(std::string_view domain);
  // Begins to fetch what Find(domain) will look at, most of which is not in the
  // processor's caches.
  void Prefetch(std::string_view domain) const { index_.prefetch(domain); }

  [[nodiscard]] const std::deque<DomainEntry>& entries() const noexcept {
    return entries_;
  }
  // Of the domains beyond the limit; its domain is empty.
  [[nodiscard]] const DomainEntry& others() const noexcept { return others_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view domain) const {
      return TextHash()(domain);
    }
    std::size_t operator()(const DomainEntry* entry) const {
      return TextHash()(entry->domain);
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const DomainEntry* a, const DomainEntry* b) const {
      return a == b;
    }
    bool operator()(const DomainEntry* a, std::string_view b) const {
      return a->domain == b;
    }
  };
  DomainEntry& FindFolded(std::string_view domain);

  std::size_t limit_;
  std::deque<DomainEntry> entries_;  // its elements do not move
  absl::flat_hash_set<DomainEntry*, Hash, Equal> index_;
  DomainEntry others_;
};

// What follows the last "@"; "(none)" when nothing does.
[[nodiscard]] std::string_view DomainOf(std::string_view address) noexcept;

}  // namespace ricochet
