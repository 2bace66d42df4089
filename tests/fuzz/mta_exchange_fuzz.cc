// Lines of one host, in their order. Whatever they are: each gives one result,
// the same when it is parsed again, with views into the line or the parser's
// memory alone; and so does each of its recipients.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mta/registry.h"

namespace {

using ricochet::MtaEvent;
using ricochet::ParseResult;
using ricochet::ParserMemory;

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsWithin(std::string_view part, std::string_view text) {
  return part.data() >= text.data() &&
         part.data() + part.size() <= text.data() + text.size();
}

void CheckEvent(const MtaEvent& event, std::string_view text,
                const ParserMemory& memory) {
  Require(!event.queue_id.empty());
  Require(event.kind != MtaEvent::Kind::kAttempt || !event.recipient.empty());
  for (const auto part :
       {event.queue_id, event.daemon, event.sender, event.message_id,
        event.recipient, event.relay_host, event.relay_ip, event.remote_host,
        event.remote_ip, event.reply, event.time_text, event.egress,
        event.more_recipients, event.more_replies, event.dialogue}) {
    Require(part.empty() || IsWithin(part, text) ||
            IsWithin(part, memory.unescaped));
  }
}

void CheckLine(std::string_view text, ParserMemory& memory) {
  ricochet::LogLine line;
  line.text = line.raw = text;
  line.document = text.starts_with('{');
  static MtaEvent used;
  const auto again = ricochet::Parse(line, memory, used);
  const std::string reply(again.what == ParseResult::What::kEvent ? used.reply
                                                                  : "");
  MtaEvent event;
  const auto result = ricochet::Parse(line, memory, event);
  Require(result == again);
  if (result.what != ParseResult::What::kEvent) return;
  Require(event.cause == result.cause && event.mta == result.mta);
  Require(event.reply == reply);
  std::size_t recipients = 0;
  do {
    CheckEvent(event, text, memory);
    Require(++recipients <= text.size());
  } while (ricochet::NextRecipient(memory, event));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  ParserMemory memory;
  while (!input.empty()) {
    const auto end = input.find('\n');
    CheckLine(input.substr(0, end), memory);
    if (end == std::string_view::npos) break;
    input.remove_prefix(end + 1);
  }
  return 0;
}
