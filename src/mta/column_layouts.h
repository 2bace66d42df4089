#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ricochet/mta_event.h"
#include "ricochet/text_hash.h"

namespace ricochet {

// Which field stands in each column of a CSV record: numbers of the format's
// own, 0 for a column that it does not read.
struct ColumnLayout {
  static constexpr std::size_t kMax = 128;
  std::uint8_t columns = 0;
  std::array<std::uint8_t, kMax> fields{};
};

// The layouts that header lines announced, by MTA, host and kind of record. A
// header that was never seen, since records may arrive one line at a time, is
// for the format to do without.
// Owned by one worker. Allocates only when a header is new, and keeps no more
// than kMost.
class ColumnLayouts {
 public:
  static constexpr std::size_t kMost = 4096;

  void Keep(Mta mta, std::string_view host, std::string_view kind,
            const ColumnLayout& layout) {
    if (layouts_.size() >= kMost) layouts_.clear();
    layouts_[KeyOf(mta, host, kind)] = layout;
  }

  // Null: none was announced. Valid until the next Keep().
  [[nodiscard]] const ColumnLayout* Find(Mta mta, std::string_view host,
                                         std::string_view kind) const noexcept {
    if (layouts_.empty()) return nullptr;  // as nearly always
    const auto found = layouts_.find(KeyOf(mta, host, kind));
    return found == layouts_.end() ? nullptr : &found->second;
  }

 private:
  static std::uint64_t KeyOf(Mta mta, std::string_view host,
                             std::string_view kind) noexcept {
    return TextHash()(host) * 31 + TextHash()(kind) * 7 +
           static_cast<std::uint64_t>(mta);
  }

  absl::flat_hash_map<std::uint64_t, ColumnLayout> layouts_;
};

}  // namespace ricochet
