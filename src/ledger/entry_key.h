#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ricochet/evidence.h"

namespace ricochet {

// What an entry is about: one key of mail.suppressions. Views.
struct EntryKey {
  SuppressionScope scope = SuppressionScope::kAddress;
  std::string_view tenant;
  std::string_view qualifier;  // sender domain or list, of the scopes with one
  std::string_view address;    // scope kDomain: the domain
};

// No part is longer than anything that exists.
[[nodiscard]] bool IsWritable(const EntryKey& key) noexcept;

// The key of a table. Kept in changelogs: of the same parts always the same.
// `address_hash` is TextHash's, of whoever has it already.
[[nodiscard]] std::uint64_t IdOf(const EntryKey& key,
                                 std::uint64_t address_hash) noexcept;
[[nodiscard]] std::uint64_t IdOf(const EntryKey& key) noexcept;

// As octets, for changelogs: a letter for the scope, tenant and qualifier each
// with a length of one octet, and the rest is the address. False: it is not
// writable.
[[nodiscard]] bool WriteKey(const EntryKey& key, std::string& out);

// Reads it back; views into `bytes`. Nothing: nobody wrote that.
[[nodiscard]] std::optional<EntryKey> ReadKey(std::string_view bytes) noexcept;

}  // namespace ricochet
