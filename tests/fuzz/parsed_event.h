#pragma once

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

#include "mta/registry.h"

// What the fuzz targets of the parsers require of a line's result.
namespace ricochet {

inline void Require(bool holds) {
  if (!holds) std::abort();
}

// All that a reader of the event can see of it; reads every octet of its views.
inline std::string Describe(const MtaEvent& event) {
  std::string out;
  for (const auto part : {event.queue_id,
                          event.instance,
                          event.service,
                          event.daemon,
                          event.sender,
                          event.message_id,
                          event.header_name,
                          event.header_value,
                          event.other_id,
                          event.recipient,
                          event.original_recipient,
                          event.relay_host,
                          event.relay_ip,
                          event.remote_host,
                          event.remote_ip,
                          event.reply,
                          event.message_key,
                          event.time_text,
                          event.egress,
                          event.more_recipients,
                          event.more_replies,
                          event.dialogue}) {
    out.append(part).push_back('\n');
  }
  for (const double number :
       {static_cast<double>(event.kind), static_cast<double>(event.cause),
        static_cast<double>(event.outcome), static_cast<double>(event.size),
        static_cast<double>(event.recipients),
        static_cast<double>(event.relay_port), event.delay_s,
        static_cast<double>(event.authority),
        static_cast<double>(event.command), static_cast<double>(event.attempt),
        static_cast<double>(event.dsn.cls)}) {
    out.append(std::to_string(number)).push_back('\n');
  }
  return out;
}

// The line's result and events, of all its recipients.
inline std::string DescribeLine(const LogLine& line, ParserMemory& memory,
                                MtaEvent& event) {
  const auto result = Parse(line, memory, event);
  std::string out = std::to_string(static_cast<int>(result.what)) + ' ' +
                    std::string(Name(result.cause)) + '\n';
  if (result.what != ParseResult::What::kEvent) return out;
  Require(event.cause == result.cause && event.mta == result.mta);
  do {
    Require(!event.queue_id.empty() || !event.message_key.empty());
    Require(event.kind != MtaEvent::Kind::kAttempt || !event.recipient.empty());
    out += Describe(event);
  } while (NextRecipient(memory, event));
  return out;
}

// One result, and the same from memory and from an event that were used for
// this line and for others before.
inline void CheckLine(const LogLine& line) {
  static ParserMemory memory;
  static MtaEvent used;
  const auto first = DescribeLine(line, memory, used);
  MtaEvent event;
  Require(DescribeLine(line, memory, event) == first);
}

}  // namespace ricochet
