#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/evidence.h"
#include "ricochet/result.h"
#include "ricochet/verdict.h"

namespace ricochet {

// What must have decided a verdict, at least, from strong to weak.
enum class MinEvidence : std::uint8_t { kText, kEnhanced, kReply };

// One reason of one row of rules/policy.toml: when it suppresses what.
struct PolicyRow {
  static constexpr int kMaxDays = 8;  // of evidence that is kept

  Reason reason = Reason::kNone;
  SuppressionScope scope = SuppressionScope::kAddress;
  Permanence permanence = Permanence::kNone;  // kNone: either
  MinEvidence min_evidence = MinEvidence::kText;
  std::array<bool, kAuthorityNames.size()> authorities{};  // by Authority
  std::vector<std::uint16_t> sufficient_reply_codes;
  // As many days with evidence, no older than `within` before the last of
  // them, the first and the last at least `spread` apart.
  int days = 1;
  int distinct_addresses = 0;  // scope kDomain: as many, whatever the days
  std::chrono::days within{365};
  std::chrono::hours spread{0};
  std::optional<std::chrono::days> expiry;      // nothing: never expires
  std::optional<std::chrono::days> max_expiry;  // doubled up to it
  bool lifted_automatically = true;
  bool mirror = false;  // of somebody's list: a delivery shows it was lifted
  std::string advice;   // empty: the reason's own text

  // It is not enough that it happened once.
  [[nodiscard]] bool waits() const noexcept {
    return days > 1 || distinct_addresses > 1;
  }
  // A later delivery takes its evidence away.
  [[nodiscard]] bool lifted_by_delivery() const noexcept {
    return waits() || mirror;
  }
};

// What a list is, for the scope kAddressList.
enum class ListBy : std::uint8_t { kSenderDomain, kStream, kTenant };

struct BrakePolicy {
  bool enabled = true;
  int share_percent = 5;
  int min_recipients = 200;
  std::chrono::hours window{1};
};

// Which evidence suppresses what, and for how long. Immutable once parsed; may
// be shared by threads.
class Policy {
 public:
  // `file_name` is for messages only: "rules/policy.toml:12: ...".
  [[nodiscard]] static Result<Policy> Parse(std::string_view text,
                                            std::string_view file_name);

  // The row under which this evidence counts in `scope`, or null: the first in
  // the file. Lives as long as the policy.
  [[nodiscard]] const PolicyRow* Match(const AddressEvidence& evidence,
                                       SuppressionScope scope) const noexcept;
  // The row of a reason that acts at once, or the one that waits; or null.
  [[nodiscard]] const PolicyRow* Find(Reason reason, SuppressionScope scope,
                                      bool waits) const noexcept;

  [[nodiscard]] bool has_scope(SuppressionScope scope) const noexcept {
    return scopes_[static_cast<std::size_t>(scope)];
  }
  [[nodiscard]] ListBy list_by() const noexcept { return list_by_; }
  [[nodiscard]] const BrakePolicy& brake() const noexcept { return brake_; }
  // Of the text it was parsed from: 16 hex digits.
  [[nodiscard]] std::string_view hash() const noexcept { return hash_; }

 private:
  std::vector<PolicyRow> rows_;
  std::array<bool, kSuppressionScopeNames.size()> scopes_{};
  ListBy list_by_ = ListBy::kSenderDomain;
  BrakePolicy brake_;
  std::string hash_;
};

}  // namespace ricochet
