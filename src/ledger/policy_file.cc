// Reading rules/policy.toml: the only place of the ledger that knows TOML.
#include <fmt/format.h>
#include <xxhash.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cstddef>

#include "ledger/policy.h"

namespace ricochet {
namespace {

constexpr std::array kActingNow = {
    Reason::kUserUnknown,  Reason::kAddressSyntax, Reason::kMailboxDisabled,
    Reason::kMailboxMoved, Reason::kDomainNoMail,  Reason::kSuppressedUpstream};
constexpr std::array<std::string_view, 3> kMinEvidenceNames = {
    "text", "enhanced", "reply"};
constexpr std::array<std::string_view, 6> kRowKeys = {
    "reason",      "min_evidence", "authority", "sufficient_reply_codes",
    "expiry_days", "advice"};
constexpr std::int64_t kMaxExpiryDays = 36'500;

// A check that failed; caught by Parse() alone, so that the checks below read
// as a list and the line number is found in one place.
struct Complaint {
  toml::source_region where;
  std::string what;
};

[[noreturn]] void Complain(const toml::node& node, std::string what) {
  throw Complaint{node.source(), std::move(what)};
}

template <class Names>
std::string Joined(const Names& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

template <std::size_t N>
std::size_t IndexOf(const std::array<std::string_view, N>& names,
                    std::string_view name) noexcept {
  return static_cast<std::size_t>(std::ranges::find(names, name) -
                                  names.begin());
}

std::string_view TextOf(const toml::node& node, std::string_view key) {
  const auto* text = node.as_string();
  if (text == nullptr) Complain(node, fmt::format("{} must be a string", key));
  return text->get();
}

// The index of a string among `names`.
template <std::size_t N>
std::size_t ChoiceOf(const toml::node& node, std::string_view key,
                     const std::array<std::string_view, N>& names) {
  const auto name = TextOf(node, key);
  const auto index = IndexOf(names, name);
  if (index == N) {
    Complain(node,
             fmt::format("{} \"{}\" is none of {}", key, name, Joined(names)));
  }
  return index;
}

std::int64_t IntegerOf(const toml::node& node, std::string_view key,
                       std::int64_t low, std::int64_t high) {
  const auto* number = node.as_integer();
  if (number == nullptr || number->get() < low || number->get() > high) {
    Complain(node, fmt::format("{} must be a whole number from {} to {}", key,
                               low, high));
  }
  return number->get();
}

const toml::array& ArrayOf(const toml::node& node, std::string_view key) {
  const auto* array = node.as_array();
  if (array == nullptr) Complain(node, fmt::format("{} must be a list", key));
  return *array;
}

Reason ReasonOf(const toml::node& node) {
  const auto name = TextOf(node, "reason");
  const auto found = std::ranges::find(kReasons, name, &ReasonInfo::name);
  if (name.empty() || found == kReasons.end()) {
    Complain(node, fmt::format("reason \"{}\" is unknown", name));
  }
  const auto reason = static_cast<Reason>(found - kReasons.begin());
  if (std::ranges::count(kActingNow, reason) == 0) {
    Complain(node,
             fmt::format("{} cannot suppress on one piece of evidence", name));
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

void ReadReplyCodes(const toml::node& node, PolicyRow& row) {
  constexpr std::string_view kKey = "sufficient_reply_codes";
  for (const auto& code : ArrayOf(node, kKey)) {
    row.sufficient_reply_codes.push_back(
        static_cast<std::uint16_t>(IntegerOf(code, kKey, 400, 599)));
  }
}

const toml::node& Require(const toml::table& table, std::string_view key) {
  const auto* node = table.get(key);
  if (node == nullptr) Complain(table, fmt::format("{} is missing", key));
  return *node;
}

// Every key of `table` is one of `known`.
template <std::size_t N>
void CheckKeys(const toml::table& table,
               const std::array<std::string_view, N>& known) {
  for (const auto& [key, value] : table) {
    if (IndexOf(known, key.str()) < N) continue;
    throw Complaint{key.source(), fmt::format("unknown key \"{}\"; known: {}",
                                              key.str(), Joined(known))};
  }
}

PolicyRow ReadRow(const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) Complain(node, "row must be a table: [[row]]");
  CheckKeys(*table, kRowKeys);
  PolicyRow row;
  row.reason = ReasonOf(Require(*table, "reason"));
  row.min_evidence = static_cast<MinEvidence>(ChoiceOf(
      Require(*table, "min_evidence"), "min_evidence", kMinEvidenceNames));
  ReadAuthorities(Require(*table, "authority"), row);
  if (const auto* codes = table->get("sufficient_reply_codes")) {
    ReadReplyCodes(*codes, row);
  }
  if (const auto* days = table->get("expiry_days")) {
    row.expiry =
        std::chrono::days(IntegerOf(*days, "expiry_days", 1, kMaxExpiryDays));
  }
  if (const auto* advice = table->get("advice")) {
    row.advice = TextOf(*advice, "advice");
  }
  return row;
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
    CheckKeys(document, std::array<std::string_view, 1>{"row"});
    if (const auto* rows = document.get("row")) {
      for (const auto& node : ArrayOf(*rows, "row")) {
        auto row = ReadRow(node);
        auto& place = policy.rows_[static_cast<std::size_t>(row.reason)];
        if (place) Complain(node, "this reason has a row already");
        place = std::move(row);
      }
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
