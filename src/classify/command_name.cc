#include "classify/command_name.h"

#include <array>
#include <cstddef>
#include <utility>

#include "ricochet/ascii.h"

namespace ricochet {
namespace {

using Spelling = std::pair<std::string_view, SmtpCommand>;

// Beside kSmtpCommandNames.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"unknown", SmtpCommand::kUnknown},
    {"conn", SmtpCommand::kConnect},
    {"helo", SmtpCommand::kEhlo},
    {"lhlo", SmtpCommand::kEhlo},
    {"mail", SmtpCommand::kMailFrom},
    {"rcpt", SmtpCommand::kRcptTo},
    {".", SmtpCommand::kEndOfData},
    {"dot", SmtpCommand::kEndOfData},
    {"end-of-data", SmtpCommand::kEndOfData},
    {"bdat", SmtpCommand::kEndOfData},
});

}  // namespace

std::optional<SmtpCommand> ReadCommandName(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kSmtpCommandNames.size(); ++i) {
    if (EqualsIgnoreCase(name, kSmtpCommandNames[i])) {
      return static_cast<SmtpCommand>(i);
    }
  }
  for (const auto& [spelling, command] : kSpellings) {
    if (EqualsIgnoreCase(name, spelling)) return command;
  }
  return std::nullopt;
}

}  // namespace ricochet
