#include "classify/evidence.h"

#include <algorithm>

namespace ricochet {
namespace {

template <class Set, class Value>
bool In(Set bits, Value value) noexcept {
  return bits == 0 || ((bits >> static_cast<unsigned>(value)) & 1U) != 0;
}

}  // namespace

bool Conditions::Hold(const Evidence& evidence) const noexcept {
  const auto code = evidence.reply_code;
  return In(providers, evidence.provider) && In(commands, evidence.command) &&
         In(authorities, evidence.authority) &&
         (reply_codes.empty() ||
          std::ranges::any_of(reply_codes,
                              [code](CodeRange range) {
                                return range.low <= code && code <= range.high;
                              })) &&
         (enhanced_codes.empty() ||
          std::ranges::any_of(enhanced_codes, [&](const StatusPattern& p) {
            return p.Matches(evidence.status);
          }));
}

}  // namespace ricochet
