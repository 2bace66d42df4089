#include "mta/feedback.h"

#include "ricochet/ascii.h"

namespace ricochet {

std::optional<Outcome> WishOf(std::string_view feedback_type) noexcept {
  if (EqualsIgnoreCase(feedback_type, "abuse") ||
      EqualsIgnoreCase(feedback_type, "fraud")) {
    return Outcome::kComplaint;
  }
  if (EqualsIgnoreCase(feedback_type, "opt-out")) return Outcome::kUnsubscribed;
  return std::nullopt;
}

std::string_view WithoutBrackets(std::string_view address) noexcept {
  if (address.size() >= 2 && address.front() == '<' && address.back() == '>') {
    return address.substr(1, address.size() - 2);
  }
  return address;
}

}  // namespace ricochet
