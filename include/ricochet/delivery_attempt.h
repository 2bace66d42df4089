#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "ricochet/mta_event.h"
#include "ricochet/time.h"
#include "ricochet/verdict.h"

namespace ricochet {

// What a delivery was for. Only `kMessage` makes outcomes: the others would
// count one mail twice, or count a bounce message as one of ours.
enum class Role : std::uint8_t {
  kMessage,
  kReinjection,   // handed to a content filter on a loopback relay
  kAlias,         // expanded: "forwarded as"
  kNotification,  // a bounce message; its sender is <>
};
inline constexpr std::array<std::string_view, 4> kRoleNames = {
    "message", "reinjection", "alias", "notification"};

// What is remembered of a recipient's last reply until the message is gone,
// for an expiry that names no recipient. Owned by the correlator.
struct LastReply {
  Verdict verdict;
  std::uint16_t reply_code = 0;
  EnhancedCode enhanced_code;
  SmtpCommand command = SmtpCommand::kUnknown;
  std::uint64_t template_id = 0;
  std::string_view text;  // cut to 512 octets
  std::string_view remote_host;
  std::string_view remote_ip;
};

// One recipient, one try, with its sender and message: an MtaEvent completed
// by what earlier lines of the same message said. An expired message gives one
// for each outstanding recipient. Views point into the line or into the
// correlator and die at its next Add() or Expire().
struct DeliveryAttempt {
  const MtaEvent* event = nullptr;  // the line's own facts
  EventTime time = kNoTime;
  TimeQuality time_quality = TimeQuality::kUnknown;
  std::string_view host;
  Outcome outcome = Outcome::kDelivered;
  Role role = Role::kMessage;
  // The last word on this recipient of this message: delivered, bounced or
  // expired, in role kMessage or kNotification.
  bool final = false;
  // Seconds from the message's first line, or from its arrival as the MTA
  // logged it, to this line; -1: not known.
  double age_s = -1;
  std::uint32_t attempt = 0;  // 1 for the first; 0: unknown (began unseen)
  std::string_view recipient;
  std::string_view original_recipient;  // empty: the same
  bool has_sender = false;              // false: the log does not show it
  std::string_view sender;
  std::string_view message_id;
  std::int64_t size = -1;
  std::int32_t recipients = -1;
  std::string_view tenant;
  std::string_view stream;
  std::uint8_t stream_number = 0;   // below kMaxStreams; see Attribution
  std::string_view egress;          // empty: not known
  const LastReply* last = nullptr;  // of an expired recipient, when known
};

}  // namespace ricochet
