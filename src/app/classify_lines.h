#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "classify/ruleset.h"
#include "publish/json.h"
#include "ricochet/result.h"

namespace ricochet {

// Answers questions about replies: one JSON object in, one out. Owned by one
// thread, as is `rules`, which may be shared with others on that thread.
//
// In: "response", the reply as the server gave it; and, where known, "command"
// (see ReadCommandName), "remote_mta" and "recipient_domain". Out: all members
// of the question, then "provider", "smtp" and "verdict" as in a delivery
// event. A reply that begins with a 2xx code is a delivery.
class ClassifyLines {
 public:
  explicit ClassifyLines(std::shared_ptr<Ruleset> rules)
      : rules_(std::move(rules)) {}

  // The answer without a newline. An error says in words what is wrong with
  // the question.
  [[nodiscard]] Result<std::string> Answer(std::string_view question);

  // Every line of `in`, blank ones left out; a line that is no question is
  // answered by {"error": ...}, so that answers keep their places. Returns how
  // many were none.
  std::uint64_t AnswerAll(std::istream& in, std::ostream& out);

 private:
  std::shared_ptr<Ruleset> rules_;
  JsonWriter json_;
};

}  // namespace ricochet
