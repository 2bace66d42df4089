// Whatever the text and the reason: views into the text alone, and none that
// the schema of events would refuse.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "classify/entities.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireWithin(std::string_view part, std::string_view text) {
  Require(part.empty() ||
          (part.data() >= text.data() &&
           part.data() + part.size() <= text.data() + text.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto reason :
       {ricochet::Reason::kBlocklisted, ricochet::Reason::kMailboxMoved}) {
    const auto found = ricochet::FindEntities(text, reason);
    for (const auto part : {found.dnsbl, found.listed_ip, found.url, found.tag,
                            found.new_address}) {
      RequireWithin(part, text);
    }
    Require(found.url.empty() || found.url.starts_with("http"));
    Require(found.listed_ip.size() != 1 && found.tag.size() != 1);
    Require(found.new_address.empty() ||
            found.new_address.find('@') != std::string_view::npos);
  }
  return 0;
}
