#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "mta/lines.h"

namespace ricochet {

inline void Add(std::string& out, std::string_view key,
                std::string_view value) {
  if (!value.empty()) out.append(" ").append(key).append("=").append(value);
}

inline void Add(std::string& out, std::string_view key, double value,
                double none) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  if (value != none) Add(out, key, text);
}

inline void AddDialogue(std::string& out, const MtaEvent& event) {
  constexpr std::string_view kSteps[] = {"connected", "disconnected", "sent",
                                         "heard", "note"};
  Add(out, "step", kSteps[static_cast<std::size_t>(event.step)]);
  Add(out, "relay_ip", event.relay_ip);
  Add(out, "port", event.relay_port, 0);
  Add(out, "dialogue", event.dialogue);
}

// What became of a line, on one line: the fields that differ from none. Two
// lines dump alike only if a reader of the event cannot tell them apart.
inline std::string Dump(const Parsed& parsed) {
  const auto& event = parsed.event;
  std::string out(WhatName(parsed.result.what));
  out.append(" ").append(Name(parsed.result.cause));
  if (!parsed.is_event()) return out;
  Add(out, "id", event.queue_id);
  Add(out, "instance", event.instance);
  Add(out, "service", event.service);
  Add(out, "daemon", event.daemon);
  if (event.has_sender) out.append(" sender=<").append(event.sender) += '>';
  Add(out, "message_id", event.message_id);
  Add(out, "header", event.header_name);
  Add(out, "value", event.header_value);
  Add(out, "size", static_cast<double>(event.size), -1);
  Add(out, "recipients", event.recipients, -1);
  Add(out, "other", event.other_id);
  Add(out, "egress", event.egress);
  Add(out, "time", event.time_text);
  Add(out, "attempt", event.attempt, 0);
  if (event.self_contained) out += " self_contained";
  if (event.kind == MtaEvent::Kind::kDialogue) AddDialogue(out, event);
  if (event.kind != MtaEvent::Kind::kAttempt) return out;
  Add(out, "to", event.recipient);
  Add(out, "orig_to", event.original_recipient);
  Add(out, "outcome", kOutcomeNames[static_cast<std::size_t>(event.outcome)]);
  Add(out, "relay", event.relay_host);
  Add(out, "relay_ip", event.relay_ip);
  Add(out, "port", event.relay_port, 0);
  Add(out, "remote", event.remote_host);
  Add(out, "remote_ip", event.remote_ip);
  Add(out, "dsn", event.dsn.cls, 0);
  Add(out, "subject", event.dsn.subject, 0);
  Add(out, "detail", event.dsn.detail, 0);
  Add(out, "delay", event.delay_s, -1);
  Add(out, "key", event.message_key);
  for (const auto delay : event.delays_s) {
    Add(out, "part", static_cast<double>(delay), -1);
  }
  Add(out, "authority",
      kAuthorityNames[static_cast<std::size_t>(event.authority)]);
  Add(out, "command",
      kSmtpCommandNames[static_cast<std::size_t>(event.command)]);
  if (event.forwarded) out += " forwarded";
  if (event.untried) out += " untried";
  if (event.report) out += " report";
  if (event.truncated) out += " truncated";
  out.append(" reply=").append(event.reply);
  return out;
}

// The same, and a line "and event ..." for each further recipient.
inline std::string DumpAll(Parsed parsed) {
  std::string out = Dump(parsed) + "\n";
  while (parsed.is_event() && NextRecipient(SharedMemory(), parsed.event)) {
    out += "and " + Dump(parsed) + "\n";
  }
  return out;
}

// "postfix/smtp[123]: text" taken apart; false if there is no such header. The
// program "-" is none.
inline bool SplitProgram(std::string_view line, std::string_view& program,
                         std::string_view& text) {
  const auto open = line.find('[');
  const auto close = line.find("]: ", open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    return false;
  }
  if (line.substr(0, open).find(' ') != std::string_view::npos) return false;
  program = line.substr(0, open);
  if (program == "-") program = {};
  text = line.substr(close + 3);
  return true;
}

}  // namespace ricochet
