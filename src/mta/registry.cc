#include "mta/registry.h"

#include <algorithm>
#include <array>

#include "mta/exchange.h"
#include "mta/exim.h"
#include "mta/kumomta.h"
#include "mta/postfix.h"
#include "mta/powermta.h"
#include "mta/scan.h"
#include "mta/sendmail.h"

namespace ricochet {
namespace {

constexpr std::array kFormats = {
    Format{"postfix", Mta::kPostfix, &RecognisesPostfix, &ParsePostfix},
    Format{"exim", Mta::kExim, &MayBeExim, &ParseExim},
    Format{"exchange", Mta::kExchange, &RecognisesExchange, &ParseExchange,
           &NextExchangeRecipient},
    Format{"sendmail", Mta::kSendmail, &RecognisesSendmail, &ParseSendmail,
           &NextOfSendmail},
    Format{"kumomta", Mta::kKumoMta, &RecognisesKumoMta, &ParseKumoMta,
           &NextOfKumoMta},
    Format{"powermta", Mta::kPowerMta, &RecognisesPowerMta, &ParsePowerMta},
};

// The rest of a line that syslog cut: it begins anywhere, but ends as delivery
// lines do, or has fields which only follow others.
bool LooksTornOff(std::string_view text) noexcept {
  text = TrimEnd(text);
  if (text.ends_with(" command))")) return true;
  if (Contains(text, ", status=") || Contains(text, ", dsn=")) return true;
  return text.ends_with(')') &&
         std::ranges::count(text, ')') > std::ranges::count(text, '(');
}

// What journalctl prints between lines: "-- Boot 4f1c... --", "-- Logs begin at
// ... --".
bool IsJournalMark(std::string_view text) noexcept {
  if (!text.starts_with("-- ")) return false;
  text.remove_prefix(3);
  return text.starts_with("Boot ") || text.starts_with("Logs begin ") ||
         text.starts_with("Journal begins ") || text.starts_with("Reboot --") ||
         text.starts_with("No entries --");
}

}  // namespace

std::span<const Format> Formats() noexcept { return kFormats; }

const Format* FindFormat(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kFormats, name, &Format::name);
  return found == kFormats.end() ? nullptr : found;
}

ParseResult Parse(const LogLine& line, ParserMemory& memory, MtaEvent& event,
                  const Format* only) noexcept {
  const std::span<const Format> asked =
      only == nullptr ? Formats() : std::span(only, 1);
  for (const auto& format : asked) {
    if (!format.recognises(line)) continue;
    const ParseResult result = format.parse(line, memory, event);
    if (result.cause != Cause::kUnknownFormat) return result;
  }
  using What = ParseResult::What;
  if (line.document) return {What::kRejected, Cause::kDecode};
  if (!line.program.empty()) return {What::kIgnored, Cause::kForeignProgram};
  if (TrimEnd(line.text).empty()) return {What::kIgnored, Cause::kEmpty};
  if (IsJournalMark(line.text)) return {What::kIgnored, Cause::kService};
  return {What::kRejected, LooksTornOff(line.text) ? Cause::kContinuation
                                                   : Cause::kUnknownFormat};
}

bool NextRecipient(ParserMemory& memory, MtaEvent& event) noexcept {
  if (event.more_recipients.empty()) return false;
  for (const auto& format : kFormats) {
    if (format.mta != event.mta || format.next_recipient == nullptr) continue;
    return format.next_recipient(memory, event);
  }
  return false;
}

}  // namespace ricochet
