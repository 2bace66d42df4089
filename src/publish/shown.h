#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ricochet/entities.h"
#include "ricochet/event.h"

namespace ricochet {

// Which line, reply and host an event shows: that of the attempt, or for an
// expiry what the correlator remembers. Views die with the event.

// An attempt without a line of its own has one that says nothing.
[[nodiscard]] const MtaEvent& LineOf(const DeliveryAttempt& attempt) noexcept;

struct ShownReply {
  std::uint16_t code = 0;
  EnhancedCode enhanced_code;
  SmtpCommand command = SmtpCommand::kUnknown;
  std::string_view text;
  std::uint64_t template_id = 0;
  std::optional<bool> truncated;  // nothing: not remembered
  Entities entities;

  [[nodiscard]] bool empty() const noexcept {
    return code == 0 && !enhanced_code.present() && text.empty() &&
           command == SmtpCommand::kUnknown && template_id == 0;
  }
};

// Of a delivered event only what the server said: codes and text.
[[nodiscard]] ShownReply ReplyOf(const DeliveryEvent& event) noexcept;

struct ShownRemote {
  std::string_view host;
  std::string_view ip;
  std::uint16_t port = 0;  // 0: not known
};

// The host that spoke, else the next hop. The port is the next hop's, so it is
// told only where the two are the same.
[[nodiscard]] ShownRemote RemoteOf(const DeliveryAttempt& attempt) noexcept;

}  // namespace ricochet
