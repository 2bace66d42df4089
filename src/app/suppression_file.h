#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/evidence.h"
#include "ricochet/result.h"
#include "ricochet/time.h"
#include "ricochet/verdict.h"

namespace ricochet {

// What an operator wants of one suppression: an OperatorAction that owns its
// texts.
struct OperatorWish {
  SuppressionScope scope = SuppressionScope::kAddress;
  std::string tenant = "default";
  std::string address;    // as given; scope kDomain: the domain
  std::string qualifier;  // sender domain or list, of the scopes with one
  Reason reason = Reason::kNone;
  EventTime expires = kNoTime;  // kNoTime: never
  std::string note;
};

// Nothing but what the fold can keep: an address with a domain, a domain, a
// qualifier where the scope has one. The error says what is wrong.
[[nodiscard]] Result<void> CheckWish(const OperatorWish& wish);

// Sets a member by the name of its column; an empty value sets nothing. The
// error names both.
[[nodiscard]] Result<void> SetMember(std::string_view name,
                                     std::string_view value,
                                     OperatorWish& wish);

// A list of suppressions, as CSV (RFC 4180) or as JSON lines. CSV has the
// columns of kSuppressionColumns, in any order, the first line naming them;
// only `recipient` is needed. A file without that line is one address a line.
// JSON objects have the same members; those that `export` writes are read back.
inline constexpr std::string_view kSuppressionColumns =
    "recipient,scope,qualifier,tenant,reason,expires,note";

// `name` is for errors: "name:line: ...".
[[nodiscard]] Result<std::vector<OperatorWish>> ReadWishes(
    std::string_view text, const std::string& name);

// A string member of a value of mail.suppressions; empty: it has none.
[[nodiscard]] std::string TextOf(const nlohmann::json& entry, const char* name);

// A value of mail.suppressions as a line of such a file, without a newline.
[[nodiscard]] std::string CsvLineOf(const nlohmann::json& entry,
                                    std::string_view tenant);
[[nodiscard]] std::string JsonLineOf(const nlohmann::json& entry,
                                     std::string_view tenant);

}  // namespace ricochet
