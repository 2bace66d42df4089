#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "classify/ruleset.h"
#include "ricochet/result.h"

namespace ricochet {

// "What does this reply mean?", by itself, without a log.
struct Question {
  std::string response;
  std::string remote_mta;
  std::string recipient_domain;
  SmtpCommand command = SmtpCommand::kUnknown;

  // Views of this object.
  [[nodiscard]] Reply reply() const noexcept {
    return {.text = response,
            .command = command,
            .outcome = OutcomeOf(response),
            .remote_host = remote_mta,
            .recipient_domain = recipient_domain};
  }
};

// `text` with octets that are not UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string WellFormed(std::string_view text);

// Reads a JSON object with "response" and, where known, "command" (see
// ReadCommandName), "remote_mta" and "recipient_domain"; leaves all of it in
// `json`. Octets that are not UTF-8 are read as U+FFFD. An error says in words
// what is wrong: JSON nested more than 64 deep is, too.
[[nodiscard]] Result<Question> ReadQuestion(std::string_view text,
                                            nlohmann::ordered_json& json);

}  // namespace ricochet
