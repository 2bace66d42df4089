#pragma once

#include <cstring>
#include <string>
#include <string_view>

namespace ricochet {

// A mail address as events show it: the local part as logged, the domain as
// lower-case A-labels (RFC 5890).
struct Address {
  std::string_view text;
  std::string_view domain;  // a suffix of `text`; empty: there is none
};

// Reads an address as a log shows it, without its angle brackets. The domain
// follows the last '@', so that of `"a@b"@example.org` is `example.org`.
// Never fails: a domain that no IDNA rule accepts is kept, in ASCII lower case.
//
// The views point into `logged` or `scratch`, and die with either or at the
// scratch's next use. Allocates only for a domain that is not ASCII, or when
// `scratch` is too small.
[[nodiscard]] Address ReadAddress(std::string_view logged,
                                  std::string& scratch);

// The form under which an address is counted and keyed: its local part is in
// ASCII lower case too. The view lives as those of ReadAddress() do.
[[nodiscard]] std::string_view AddressKey(std::string_view logged,
                                          std::string& scratch);

// What follows the last '@' of a mail address; empty if there is none.
[[nodiscard]] inline std::string_view DomainPart(
    std::string_view address) noexcept {
  const void* at =
      address.empty() ? nullptr : memrchr(address.data(), '@', address.size());
  if (at == nullptr) return {};
  const auto begin =
      static_cast<std::size_t>(static_cast<const char*>(at) - address.data());
  return address.substr(begin + 1);
}

}  // namespace ricochet
