#include "mta/exim_arrival.h"

#include <cstddef>
#include <cstdint>

#include "mta/exim_address.h"
#include "mta/exim_fields.h"
#include "mta/exim_text.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

using What = ParseResult::What;

// How many addresses "ann@example.org \"b c\"@example.org" has.
std::int32_t CountAddresses(std::string_view rest) noexcept {
  std::int32_t count = 0;
  std::string_view address;
  while (!rest.empty()) {
    if (Take(rest, " ")) continue;
    if (!TakeEximSender(rest, address)) break;
    ++count;
  }
  return count;
}

// "id=1@example.org" -> "<1@example.org>", as it stands in the message's
// header and in other logs.
std::string_view Bracketed(std::string_view id, ParserMemory& memory) {
  if (id.empty()) return {};
  memory.unescaped.assign(1, '<').append(id).push_back('>');
  return memory.unescaped;
}

}  // namespace

ParseResult ParseEximArrival(std::string_view rest, ParserMemory& memory,
                             MtaEvent& event) {
  if (!TakeEximSender(rest, event.sender)) {
    return {What::kRejected, Cause::kBadSyntax, Mta::kExim};
  }
  event.has_sender = true;
  event.kind = MtaEvent::Kind::kReceived;
  event.cause = Cause::kQueued;
  std::string_view id;
  for (EximField field; TakeEximField(rest, field);) {
    const int key = EximKey(field.key);
    if (key == EximKey("S")) {
      event.size = TakeNumber(field.value, INT64_MAX);
    } else if (key == EximKey("id") || Is(field.key, "id*")) {
      id = field.value;
    } else if (key == EximKey("R")) {
      event.other_id = field.value;
    } else if (Is(field.key, "for")) {
      event.recipients = CountAddresses(rest);
      break;
    }
  }
  event.message_id = Bracketed(id, memory);
  return {What::kEvent, Cause::kQueued, Mta::kExim};
}

}  // namespace ricochet
