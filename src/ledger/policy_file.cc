// Reading rules/policy.toml: the rows, and what none of them may say.
#include <fmt/format.h>
#include <xxhash.h>

#include <toml++/toml.h>
#include <algorithm>
#include <chrono>

#include "ledger/policy.h"
#include "ledger/policy_limits.h"
#include "ledger/toml_check.h"

namespace ricochet {
namespace {

using toml_check::ArrayOf;
using toml_check::BoolAt;
using toml_check::CheckKeys;
using toml_check::ChoiceOf;
using toml_check::Complain;
using toml_check::Complaint;
using toml_check::IntegerAt;
using toml_check::IntegerOf;
using toml_check::Require;
using toml_check::TableOf;
using toml_check::TextOf;

constexpr std::array<std::string_view, 3> kMinEvidenceNames = {
    "text", "enhanced", "reply"};
constexpr std::array<std::string_view, 3> kListNames = {"sender_domain",
                                                        "stream", "tenant"};
constexpr std::array<std::string_view, 3> kDocumentKeys = {"list", "brake",
                                                           "row"};
constexpr std::array<std::string_view, 4> kBrakeKeys = {
    "enabled", "share_percent", "min_recipients", "window_hours"};
constexpr std::array<std::string_view, 16> kRowKeys = {"reason",
                                                       "reasons",
                                                       "scope",
                                                       "permanence",
                                                       "min_evidence",
                                                       "authority",
                                                       "sufficient_reply_codes",
                                                       "days",
                                                       "within_days",
                                                       "spread_hours",
                                                       "distinct_addresses",
                                                       "expiry_days",
                                                       "max_expiry_days",
                                                       "lifted_automatically",
                                                       "mirror",
                                                       "advice"};
constexpr std::int64_t kMaxExpiryDays = 36'500;
constexpr std::int64_t kMaxWithinDays = 3650;
// Eight distinct days, which is all that is kept, span no more by date.
constexpr std::int64_t kMaxSpreadHours = 7 * 24;
constexpr int kSlowDays = 3;
constexpr std::chrono::hours kSlowSpread{72};

Reason ReasonOf(const toml::node& node) {
  const auto name = TextOf(node, "reason");
  const auto found = std::ranges::find(kReasons, name, &ReasonInfo::name);
  if (name.empty() || found == kReasons.end()) {
    Complain(node, fmt::format("reason \"{}\" is unknown", name));
  }
  const auto reason = static_cast<Reason>(found - kReasons.begin());
  if (LimitOf(reason) == PolicyLimit::kNever) {
    Complain(node, fmt::format("{} never suppresses anybody", name));
  }
  return reason;
}

void ReadAuthorities(const toml::node& node, PolicyRow& row) {
  const auto& names = ArrayOf(node, "authority");
  if (names.empty()) Complain(node, "authority must name somebody");
  for (const auto& name : names) {
    row.authorities[ChoiceOf(name, "authority", kAuthorityNames)] = true;
  }
}

void ReadReplyCodes(const toml::table& table, PolicyRow& row) {
  constexpr std::string_view kKey = "sufficient_reply_codes";
  const auto* codes = table.get(kKey);
  if (codes == nullptr) return;
  for (const auto& code : ArrayOf(*codes, kKey)) {
    row.sufficient_reply_codes.push_back(
        static_cast<std::uint16_t>(IntegerOf(code, kKey, 400, 599)));
  }
}

void ReadStreak(const toml::table& table, PolicyRow& row) {
  row.days =
      static_cast<int>(IntegerAt(table, "days", 1, PolicyRow::kMaxDays, 1));
  row.distinct_addresses = static_cast<int>(
      IntegerAt(table, "distinct_addresses", 2, PolicyRow::kMaxDays, 0));
  row.within = std::chrono::days(
      IntegerAt(table, "within_days", 1, kMaxWithinDays, row.within.count()));
  row.spread = std::chrono::hours(
      IntegerAt(table, "spread_hours", 0, kMaxSpreadHours, 0));
  if (row.spread > row.within) {
    Complain(*table.get("spread_hours"),
             "spread_hours must be less than within_days");
  }
}

std::optional<std::chrono::days> DaysAt(const toml::table& table,
                                        std::string_view key,
                                        std::int64_t low) {
  const auto* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  return std::chrono::days(IntegerOf(*node, key, low, kMaxExpiryDays));
}

void ReadEnd(const toml::table& table, PolicyRow& row) {
  row.expiry = DaysAt(table, "expiry_days", 1);
  if (table.contains("max_expiry_days")) Require(table, "expiry_days");
  row.max_expiry =
      DaysAt(table, "max_expiry_days", row.expiry ? row.expiry->count() : 1);
  row.lifted_automatically = BoolAt(table, "lifted_automatically", true);
  row.mirror = BoolAt(table, "mirror", false);
}

// What no row can say of any reason.
void CheckRow(const toml::table& table, const PolicyRow& row) {
  const bool domain = row.scope == SuppressionScope::kDomain;
  if (domain != (row.distinct_addresses > 0)) {
    Complain(table, "scope \"domain\" and distinct_addresses go together");
  }
  if (domain && row.days > 1) {
    Complain(table, "scope \"domain\" counts addresses, not days");
  }
  if (!row.waits() && row.permanence == Permanence::kTransient) {
    Complain(table, "what is transient cannot act at once: days is missing");
  }
  if (!row.waits() && row.min_evidence == MinEvidence::kReply) {
    Complain(table,
             "what acts at once needs min_evidence \"text\" or \"enhanced\"");
  }
  if (!row.lifted_automatically && (row.expiry || row.lifted_by_delivery())) {
    Complain(table,
             "what is not lifted automatically has no expiry_days, days or "
             "mirror");
  }
}

// Nor of this one.
void CheckReason(const toml::table& table, const PolicyRow& row) {
  const auto name = Info(row.reason).name;
  const auto limit = LimitOf(row.reason);
  if (limit != PolicyLimit::kNow && !row.waits()) {
    Complain(table,
             fmt::format("{} cannot suppress on one piece of evidence", name));
  }
  if (limit == PolicyLimit::kSlow &&
      (row.days < kSlowDays || row.spread < kSlowSpread)) {
    Complain(table, fmt::format("{} needs {} days at least, spread over {} "
                                "hours",
                                name, kSlowDays, kSlowSpread.count()));
  }
  if (row.scope == SuppressionScope::kDomain &&
      row.reason != Reason::kDomainNotFound &&
      row.reason != Reason::kDomainNoMail) {
    Complain(table, fmt::format("{} says nothing about a whole domain", name));
  }
  if (row.mirror && row.reason != Reason::kSuppressedUpstream) {
    Complain(table, fmt::format("{} is nobody's list to mirror", name));
  }
}

// A row but for its reason.
PolicyRow ReadRow(const toml::table& table) {
  PolicyRow row;
  row.min_evidence = static_cast<MinEvidence>(ChoiceOf(
      Require(table, "min_evidence"), "min_evidence", kMinEvidenceNames));
  ReadAuthorities(Require(table, "authority"), row);
  if (const auto* scope = table.get("scope")) {
    row.scope = static_cast<SuppressionScope>(
        ChoiceOf(*scope, "scope", kSuppressionScopeNames));
  }
  if (const auto* permanence = table.get("permanence")) {
    row.permanence =
        static_cast<Permanence>(1 + ChoiceOf(*permanence, "permanence",
                                             std::array<std::string_view, 2>{
                                                 "permanent", "transient"}));
  }
  ReadReplyCodes(table, row);
  ReadStreak(table, row);
  ReadEnd(table, row);
  if (const auto* advice = table.get("advice")) {
    row.advice = TextOf(*advice, "advice");
  }
  return row;
}

// The reasons of a row: one, or a list.
std::vector<Reason> ReasonsOf(const toml::table& table) {
  const auto* list = table.get("reasons");
  if (list == nullptr) return {ReasonOf(Require(table, "reason"))};
  if (table.contains("reason")) {
    Complain(*list, "reason and reasons exclude each other");
  }
  std::vector<Reason> reasons;
  for (const auto& node : ArrayOf(*list, "reasons")) {
    reasons.push_back(ReasonOf(node));
  }
  return reasons;
}

// One [[row]]: one row for each of its reasons.
void ReadRows(const toml::table& table, std::vector<PolicyRow>& rows) {
  CheckKeys(table, kRowKeys);
  for (const Reason reason : ReasonsOf(table)) {
    PolicyRow row = ReadRow(table);
    row.reason = reason;
    CheckRow(table, row);
    CheckReason(table, row);
    const bool again = std::ranges::any_of(rows, [&](const PolicyRow& other) {
      return other.reason == reason && other.scope == row.scope &&
             other.waits() == row.waits();
    });
    if (again) {
      Complain(table,
               fmt::format("{} has such a row already", Info(reason).name));
    }
    rows.push_back(std::move(row));
  }
}

BrakePolicy ReadBrake(const toml::node& node) {
  const auto& table = TableOf(node, "brake must be a table: [brake]");
  CheckKeys(table, kBrakeKeys);
  BrakePolicy brake;
  brake.enabled = BoolAt(table, "enabled", brake.enabled);
  brake.share_percent = static_cast<int>(
      IntegerAt(table, "share_percent", 1, 100, brake.share_percent));
  brake.min_recipients = static_cast<int>(
      IntegerAt(table, "min_recipients", 1, 1'000'000, brake.min_recipients));
  brake.window = std::chrono::hours(
      IntegerAt(table, "window_hours", 1, 24, brake.window.count()));
  return brake;
}

std::string Located(std::string_view file_name, const toml::source_region& at,
                    std::string_view what) {
  return fmt::format("{}:{}: {}", file_name, at.begin.line, what);
}

}  // namespace

Result<Policy> Policy::Parse(std::string_view text,
                             std::string_view file_name) {
  try {
    Policy policy;
    policy.hash_ =
        fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
    const toml::table document = toml::parse(text);
    CheckKeys(document, kDocumentKeys);
    if (const auto* list = document.get("list")) {
      policy.list_by_ =
          static_cast<ListBy>(ChoiceOf(*list, "list", kListNames));
    }
    if (const auto* brake = document.get("brake")) {
      policy.brake_ = ReadBrake(*brake);
    }
    if (const auto* rows = document.get("row")) {
      for (const auto& node : ArrayOf(*rows, "row")) {
        ReadRows(TableOf(node, "row must be a table: [[row]]"), policy.rows_);
      }
    }
    for (const PolicyRow& row : policy.rows_) {
      policy.scopes_[static_cast<std::size_t>(row.scope)] = true;
    }
    return policy;
  } catch (const Complaint& complaint) {
    return Fail(ErrorCode::kConfig,
                Located(file_name, complaint.where, complaint.what));
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::kConfig,
                Located(file_name, error.source(), error.description()));
  }
}

}  // namespace ricochet
