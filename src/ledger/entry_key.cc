#include "ledger/entry_key.h"

#include <array>
#include <cstddef>

#include "ricochet/bytes.h"
#include "ricochet/text_hash.h"

namespace ricochet {
namespace {

constexpr std::string_view kLetters = "adsl";  // by SuppressionScope
constexpr std::size_t kMaxPart = 255;
constexpr std::size_t kMaxAddress = 4096;
static_assert(kLetters.size() == kSuppressionScopeNames.size());

std::optional<std::string_view> TakePart(std::string_view& rest) noexcept {
  if (rest.empty()) return std::nullopt;
  const auto size = static_cast<unsigned char>(rest.front());
  if (rest.size() < 1U + size) return std::nullopt;
  const auto part = rest.substr(1, size);
  rest.remove_prefix(1U + size);
  return part;
}

}  // namespace

bool IsWritable(const EntryKey& key) noexcept {
  return key.tenant.size() <= kMaxPart && key.qualifier.size() <= kMaxPart &&
         key.address.size() <= kMaxAddress;
}

std::uint64_t IdOf(const EntryKey& key, std::uint64_t address_hash) noexcept {
  const std::array parts = {TextHash{}(key.tenant), TextHash{}(key.qualifier),
                            address_hash};
  return XXH3_64bits_withSeed(parts.data(), sizeof parts,
                              static_cast<XXH64_hash_t>(key.scope));
}

std::uint64_t IdOf(const EntryKey& key) noexcept {
  return IdOf(key, TextHash{}(key.address));
}

bool WriteKey(const EntryKey& key, std::string& out) {
  if (!IsWritable(key)) return false;
  const auto part = [](std::string_view text, char* to) {
    *to++ = static_cast<char>(text.size());
    CopyShort(text, to);
    return to + text.size();
  };
  out.resize(3 + key.tenant.size() + key.qualifier.size() + key.address.size());
  char* to = out.data();
  *to++ = kLetters[static_cast<std::size_t>(key.scope)];
  to = part(key.qualifier, part(key.tenant, to));
  CopyShort(key.address, to);
  return true;
}

std::optional<EntryKey> ReadKey(std::string_view bytes) noexcept {
  if (bytes.empty()) return std::nullopt;
  const auto letter = kLetters.find(bytes.front());
  if (letter == std::string_view::npos) return std::nullopt;
  bytes.remove_prefix(1);
  const auto tenant = TakePart(bytes);
  const auto qualifier = TakePart(bytes);
  if (!tenant || !qualifier || bytes.size() > kMaxAddress) return std::nullopt;
  return EntryKey{static_cast<SuppressionScope>(letter), *tenant, *qualifier,
                  bytes};
}

}  // namespace ricochet
