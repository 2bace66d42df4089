// The first line of the input is the program (empty: a line of a file), the
// rest the text. Whatever they are: one result, with views into the line or the
// parser's memory alone, and the same from an event that was used before.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mta/exim.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsWithin(std::string_view part, std::string_view text) {
  return part.empty() ||
         (part.data() >= text.data() &&
          part.data() + part.size() <= text.data() + text.size());
}

void CheckEvent(const ricochet::MtaEvent& event, std::string_view text,
                const ricochet::ParserMemory& memory) {
  Require(!event.queue_id.empty());
  for (const auto part : {event.queue_id, event.daemon, event.sender,
                          event.other_id, event.time_text, event.egress}) {
    Require(IsWithin(part, text) || IsWithin(part, memory.unescaped));
  }
  Require(IsWithin(event.message_id, memory.unescaped));
  if (event.kind != ricochet::MtaEvent::Kind::kAttempt) return;
  Require(!event.recipient.empty());
  for (const auto part :
       {event.recipient, event.original_recipient, event.relay_host,
        event.relay_ip, event.remote_host, event.remote_ip}) {
    Require(IsWithin(part, text));
  }
  Require(IsWithin(event.reply, text) ||
          IsWithin(event.reply, memory.unescaped));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\n');
  ricochet::LogLine line;
  line.program = input.substr(0, end);
  if (end != std::string_view::npos) line.text = input.substr(end + 1);
  line.raw = input;

  static ricochet::ParserMemory memory;
  static ricochet::ParserMemory other_memory;
  static ricochet::MtaEvent used;
  const auto again = ricochet::ParseExim(line, other_memory, used);
  ricochet::MtaEvent event;
  const auto result = ricochet::ParseExim(line, memory, event);
  Require(result == again);
  if (result.what != ricochet::ParseResult::What::kEvent) return 0;
  Require(event.cause == result.cause && event.mta == result.mta);
  CheckEvent(event, line.text, memory);
  CheckEvent(used, line.text, other_memory);
  if (event.kind != ricochet::MtaEvent::Kind::kAttempt) return 0;
  Require(event.reply == used.reply && event.outcome == used.outcome &&
          event.recipient == used.recipient);
  return 0;
}
