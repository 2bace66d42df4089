#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/question.h"
#include "classify/explanations.h"
#include "classify/ruleset.h"
#include "ledger/policy.h"
#include "report/screen.h"
#include "ricochet/fate.h"

namespace ricochet {

// What is to be known about one reply. Texts are the caller's to show.
// Where there is no verdict, `instead` says why, in the place of all that
// would follow from one: rules, meaning, advice, names and address are empty.
struct Explanation {
  enum class Input { kReply, kCode, kLine };

  Input input = Input::kReply;
  std::string text;              // what was asked
  std::string provider;          // "other": none that is known
  std::string smtp_and_verdict;  // JSON, as in a delivery event
  std::uint16_t reply_code = 0;
  std::string enhanced_code;  // empty: none
  std::string command;        // empty: not known
  std::string words;          // the reply without its codes
  Verdict verdict;
  std::string instead;             // empty: there is a verdict
  std::optional<Cause> cause;      // of a log line that tells of no attempt
  std::vector<const Rule*> rules;  // that match; the first won, if one did
  std::vector<const CodeText*> codes;
  ReasonText meaning;
  ReasonAdvice advice;
  ForeignNames names;
  std::string address;  // what happens to the recipient's address
};

// Explains replies, codes and log lines. Owned by one thread, as is `rules`,
// which may be shared with others on that thread.
class Explainer {
 public:
  Explainer(std::shared_ptr<Ruleset> rules, Explanations explanations,
            std::shared_ptr<const Policy> policy)
      : rules_(std::move(rules)),
        explanations_(std::move(explanations)),
        policy_(std::move(policy)) {}

  // A log line of any format that is read brings its command, remote MTA and
  // recipient along; what `question` says of these counts for other input.
  // A code alone has the verdict that its entry in codes.toml gives it, or none
  // where only a text can tell; a line that tells of no attempt has none.
  // Pointers in the answer live as long as this object.
  [[nodiscard]] Explanation Explain(const Question& question);

 private:
  // `alone`: the reply is no more than a code, whose entry is `code`.
  Explanation Answer(const Reply& reply, const CodeText* code = nullptr,
                     bool alone = false);
  Explanation AnswerCode(const Question& question, const CodeText* code);
  void AddCodes(const Reply& reply, const SmtpResponse& response,
                Explanation& answer) const;
  [[nodiscard]] std::string WhatHappens(const Verdict& verdict, Outcome outcome,
                                        std::uint16_t reply_code) const;

  std::shared_ptr<Ruleset> rules_;
  Explanations explanations_;
  std::shared_ptr<const Policy> policy_;
};

// For a person, and as one JSON document.
[[nodiscard]] std::string ToText(const Explanation& explanation,
                                 const Screen& screen);
[[nodiscard]] nlohmann::ordered_json ToJson(const Explanation& explanation);
[[nodiscard]] nlohmann::ordered_json ToJson(const CodeText& code);
[[nodiscard]] nlohmann::ordered_json ToJson(const ForeignNames& names);

}  // namespace ricochet
