#include "report/domain_table.h"

#include <algorithm>
#include <array>

#include "ricochet/address.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

// RFC 1035, section 2.3.4: longer ones are no domains; they are cut.
constexpr std::size_t kMaxDomain = 255;

}  // namespace

// Keys are lower case, so what is found as it came needs no folding.
DomainEntry& DomainTable::FindFolded(std::string_view domain) {
  std::array<char, kMaxDomain> buffer;
  const std::size_t size = std::min(domain.size(), buffer.size());
  std::transform(domain.begin(), domain.begin() + size, buffer.begin(),
                 AsciiLower);
  const std::string_view folded(buffer.data(), size);
  const auto hash = TextHash()(folded);
  if (DomainEntry* entry = Search(folded, hash)) return *entry;
  return entries_.size() >= limit_ ? others_ : Make(folded, hash);
}

DomainEntry& DomainTable::Make(std::string_view domain, std::uint64_t hash) {
  DomainEntry& entry = entries_.emplace_back();
  if (domain.size() <= DomainEntry::kInline) {
    std::ranges::copy(domain, entry.name.begin());
    entry.domain = {entry.name.data(), domain.size()};
  } else {
    entry.domain = long_names_.emplace_back(domain);
  }
  if (entries_.size() * 2 > slots_.size()) Grow();
  Put({hash, &entry});
  return entry;
}

void DomainTable::Put(Slot slot) noexcept {
  std::size_t i = slot.hash;
  while (slots_[i & (slots_.size() - 1)].entry != nullptr) ++i;
  slots_[i & (slots_.size() - 1)] = slot;
}

void DomainTable::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.entry != nullptr) Put(slot);
  }
}

std::string_view DomainOf(std::string_view address) noexcept {
  const std::string_view domain = DomainPart(address);
  return domain.empty() ? "(none)" : domain;
}

}  // namespace ricochet
