#include "publish/shown.h"

namespace ricochet {

const MtaEvent& LineOf(const DeliveryAttempt& attempt) noexcept {
  static constexpr MtaEvent kNoLine;
  return attempt.event != nullptr ? *attempt.event : kNoLine;
}

ShownReply ReplyOf(const DeliveryEvent& event) noexcept {
  if (const auto* last = event.attempt.last; last != nullptr) {
    return {.code = last->reply_code,
            .enhanced_code = last->enhanced_code,
            .command = last->command,
            .text = last->text,
            .template_id = last->template_id,
            .truncated = {},
            .entities = event.entities};
  }
  const auto& response = event.response;
  if (event.attempt.outcome == Outcome::kDelivered) {
    return {.code = response.reply_code,
            .enhanced_code = response.enhanced_code,
            .text = response.text,
            .truncated = {}};
  }
  return {.code = response.reply_code,
          .enhanced_code = response.enhanced_code,
          .command = response.command,
          .text = response.text,
          .template_id = response.template_id,
          .truncated = response.truncated,
          .entities = event.entities};
}

ShownRemote RemoteOf(const DeliveryAttempt& attempt) noexcept {
  if (const auto* last = attempt.last; last != nullptr) {
    return {last->remote_host, last->remote_ip};
  }
  const auto& line = LineOf(attempt);
  if (line.remote_host.empty() && line.remote_ip.empty()) {
    return {line.relay_host, line.relay_ip, line.relay_port};
  }
  const bool same =
      line.remote_host == line.relay_host && line.remote_ip == line.relay_ip;
  return {line.remote_host, line.remote_ip,
          same ? line.relay_port : std::uint16_t{0}};
}

}  // namespace ricochet
