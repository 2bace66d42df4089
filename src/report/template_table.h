#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>

#include "ricochet/event.h"
#include "ricochet/reply_template.h"

namespace ricochet {

struct TemplateEntry : ReplyTemplate {
  std::uint64_t replies = 0;  // deferred and bounced attempts
  std::uint64_t final = 0;    // outcomes decided by it
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
