// The first line of the input is the program, the rest the text. Whatever they
// are: one result, with views into the line alone, and the same from an event
// that was used before.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mta/registry.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireWithin(std::string_view part, std::string_view text) {
  Require(part.empty() ||
          (part.data() >= text.data() &&
           part.data() + part.size() <= text.data() + text.size()));
}

void CheckEvent(const ricochet::MtaEvent& event, std::string_view text) {
  Require(!event.queue_id.empty());
  for (const auto part :
       {event.queue_id, event.sender, event.message_id, event.header_name,
        event.header_value, event.other_id}) {
    RequireWithin(part, text);
  }
  if (event.kind != ricochet::MtaEvent::Kind::kAttempt) return;
  Require(!event.recipient.empty());
  for (const auto part :
       {event.recipient, event.original_recipient, event.relay_host,
        event.relay_ip, event.remote_host, event.remote_ip, event.reply}) {
    RequireWithin(part, text);
  }
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
  static ricochet::MtaEvent used;
  const auto again = ricochet::Parse(line, memory, used);
  ricochet::MtaEvent event;
  const auto result = ricochet::Parse(line, memory, event);
  Require(result == again);
  if (result.what != ricochet::ParseResult::What::kEvent) return 0;
  if (result.mta != ricochet::Mta::kPostfix) return 0;  // has its own target
  Require(event.cause == result.cause && event.mta == result.mta);
  CheckEvent(event, line.text);
  CheckEvent(used, line.text);
  Require(event.reply == used.reply || event.recipient.empty());
  return 0;
}
