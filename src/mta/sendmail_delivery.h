#pragma once

#include <cstddef>
#include <string_view>

#include "mta/parser.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Where the first comma outside of quotes and angle brackets is that is
// followed by a blank or, with `within_list`, by anything; npos: nowhere.
[[nodiscard]] std::size_t FindSendmailComma(std::string_view text,
                                            bool within_list) noexcept;

// Takes an address out of "<ann@example.org>", "Ann <ann@example.org>" or
// "ann@example.org".
[[nodiscard]] std::string_view SendmailAddress(std::string_view text) noexcept;

// Parses what follows the queue id in a line that tells what became of one or
// more recipients:
//   to=<a@b>,<c@d>, ctladdr=..., delay=[d+]HH:MM:SS, xdelay=..., mailer=...,
//   pri=N, relay=host. [ip], dsn=x.y.z, [reply=...,] stat=text
// and sets every field from MtaEvent::recipient down, for the first of them.
//
// Authority: a reply in the server's own words (reply=, or a reply code behind
// "Deferred:") is kRemote, what DNS said kDns. The other words of stat= are
// Sendmail's, after its exit codes; so is "User unknown" for any 550, 551 or
// 553. They are kLocal, and are no reply at all where dsn= says more.
[[nodiscard]] ParseResult ParseSendmailDelivery(std::string_view rest,
                                                MtaEvent& event) noexcept;

// Sets the recipient to the next address of event.more_recipients; false:
// there is none.
[[nodiscard]] bool NextSendmailRecipient(MtaEvent& event) noexcept;

}  // namespace ricochet
