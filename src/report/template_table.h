#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ricochet/event.h"

namespace ricochet {

// One shape of reply: its text without what varies from message to message.
struct TemplateEntry {
  std::string text;  // cut to 512 octets; no addresses in it
  Reason reason = Reason::kUnclassified;
  Kind kind = Kind::kUndetermined;
  DecidedBy decided_by = DecidedBy::kNone;
  ProviderId provider = kOtherProvider;  // which said it first
  std::string_view rule;                 // lives as long as the process
  std::uint64_t replies = 0;             // deferred and bounced attempts
  std::uint64_t final = 0;               // outcomes decided by it
};

// Counts replies by template id. Bounded: the first `limit` templates are
// kept, replies of later ones are counted together. One thread.
class TemplateTable {
 public:
  explicit TemplateTable(std::size_t limit) : limit_(limit) {}

  // `event` is a failed attempt or a failed outcome in role kMessage.
  void Add(const DeliveryEvent& event);

  [[nodiscard]] const auto& entries() const noexcept { return entries_; }
  [[nodiscard]] std::uint64_t overflow() const noexcept { return overflow_; }

 private:
  TemplateEntry* Find(const DeliveryEvent& event);

  std::size_t limit_;
  absl::flat_hash_map<std::uint64_t, TemplateEntry> entries_;
  std::uint64_t overflow_ = 0;
};

}  // namespace ricochet
