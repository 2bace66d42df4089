#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ricochet/verdict.h"

#include "classify/evidence.h"

namespace ricochet {

// Where a rule or an example stands, for messages.
struct Place {
  std::string file;  // "10-google.toml"
  unsigned line = 0;
};

// A reply that a rule must win, or, as a counter-example, must not.
struct Example {
  std::string text;
  std::string remote;  // host; empty: one of the rule's first provider
  std::string domain;  // the recipient's
  SmtpCommand command = SmtpCommand::kUnknown;
  Authority authority = Authority::kRemote;
  EnhancedCode dsn;
  Place place;
};

// What a rule says of permanence; the default is explained in rules/README.md.
enum class PermanenceRule : std::uint8_t {
  kDefault,  // the reason's, or by the code where it is a block
  kByReply,  // by the first digit of the reply code
  kPermanent,
  kTransient,
};

// One [[rule]] block. With a provider it is a provider rule, else a text rule.
struct Rule {
  std::string_view id;  // interned
  Reason reason = Reason::kUnclassified;
  PermanenceRule permanence = PermanenceRule::kDefault;
  Fault fault = Fault::kNone;  // kNone: the reason's
  Conditions when;
  std::string text;      // RE2, case-insensitive, unanchored; empty: any text
  bool by_code = false;  // decides by its codes: the text only lets it
  std::string source;
  std::vector<Example> examples;
  std::vector<Example> counter_examples;
  Place place;
};

// One entry of the enhanced-code or reply-code table.
struct CodeEntry {
  Conditions when;
  Reason reason = Reason::kUnclassified;
  std::string name;  // the registry's wording
  Place place;
};

// What a reason means to a reader of reports; from rules/reasons.toml.
struct ReasonText {
  std::string meaning;  // "The mailbox does not exist."
  std::string advice;   // "Remove the address."
  std::string who;      // who must act: "list owner"
};

}  // namespace ricochet
