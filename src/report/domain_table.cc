#include "report/domain_table.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <array>

#include "ricochet/address.h"

namespace ricochet {
namespace {

// RFC 1035, section 2.3.4: longer ones are no domains; they are cut.
constexpr std::size_t kMaxDomain = 255;

}  // namespace

DomainEntry& DomainTable::Find(std::string_view domain) {
  const auto found = index_.find(domain);
  return found != index_.end() ? **found : FindFolded(domain);
}

// Keys are lower case, so what is found as it came needs no folding.
DomainEntry& DomainTable::FindFolded(std::string_view domain) {
  std::array<char, kMaxDomain> buffer;
  const std::size_t size = std::min(domain.size(), buffer.size());
  std::transform(domain.begin(), domain.begin() + size, buffer.begin(),
                 [](char c) {
                   return absl::ascii_tolower(static_cast<unsigned char>(c));
                 });
  const std::string_view folded(buffer.data(), size);
  const auto found = index_.find(folded);
  if (found != index_.end()) return **found;
  if (entries_.size() >= limit_) return others_;
  auto& entry = entries_.emplace_back();
  entry.domain = folded;
  index_.insert(&entry);
  return entry;
}

std::string_view DomainOf(std::string_view address) noexcept {
  const std::string_view domain = DomainPart(address);
  return domain.empty() ? "(none)" : domain;
}

}  // namespace ricochet
