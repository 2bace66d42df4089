#pragma once

#include <memory>
#include <string>

#include "classify/ruleset.h"

namespace ricochet {

// The rules of the tree, compiled once for all tests of a program.
inline const std::shared_ptr<const RuleBook>& TestBook() {
  static const auto book =
      RuleBook::Load(std::string(RICOCHET_SOURCE_DIR) + "/rules").value();
  return book;
}

inline Ruleset& TestRules() {
  static const auto rules = Ruleset::Compile(TestBook()).value();
  return *rules;
}

// The verdict on a failing reply.
inline Verdict Classified(Reply reply) {
  SmtpResponse response;
  reply.outcome = Outcome::kBounced;
  return TestRules().Classify(reply, response);
}

}  // namespace ricochet
