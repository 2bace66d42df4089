#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/counts.h"
#include "ricochet/event.h"
#include "ricochet/result.h"
#include "ricochet/verdict.h"

namespace ricochet {

// What must have decided a verdict, at least, from strong to weak.
enum class MinEvidence : std::uint8_t { kText, kEnhanced, kReply };

// One row of rules/policy.toml: when a reason suppresses an address.
struct PolicyRow {
  Reason reason = Reason::kNone;
  MinEvidence min_evidence = MinEvidence::kText;
  std::array<bool, kAuthorityNames.size()> authorities{};  // by Authority
  std::vector<std::uint16_t> sufficient_reply_codes;
  std::optional<std::chrono::days> expiry;  // nothing: never expires
  std::string advice;                       // empty: the reason's own text
};

// Which evidence suppresses its address now. Immutable once parsed; may be
// shared by threads.
class Policy {
 public:
  // `file_name` is for messages only: "rules/policy.toml:12: ...".
  [[nodiscard]] static Result<Policy> Parse(std::string_view text,
                                            std::string_view file_name);

  // The row by which this evidence alone suppresses its address, or null.
  // Lives as long as the policy.
  [[nodiscard]] const PolicyRow* ActsNow(
      const AddressEvidence& evidence) const noexcept;

  // The row of a reason, or null.
  [[nodiscard]] const PolicyRow* Find(Reason reason) const noexcept;

  // Of the text it was parsed from: 16 hex digits.
  [[nodiscard]] std::string_view hash() const noexcept { return hash_; }

 private:
  std::array<std::optional<PolicyRow>, kReasonCount> rows_;
  std::string hash_;
};

}  // namespace ricochet
