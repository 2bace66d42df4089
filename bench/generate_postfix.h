#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "generate_log.h"
#include "generate_message.h"
#include "generate_random.h"

namespace ricochet::bench {

// The part of a delivery line from to= on.
struct DeliveryLine {
  std::string_view daemon;  // "smtp"
  std::string_view recipient;
  std::string_view original;  // empty: no orig_to=
  std::string_view relay;  // as logged: "none", "mx.example.org[192.0.2.1]:25"
  std::array<Micros, 4> delays{};
  std::string_view dsn;
  std::string_view status;
  std::string_view text;  // without the outer parentheses
};

// Writes lines as Postfix 3.7 does. Each returns false when the log is full
// and the line was not written.
class PostfixLines {
 public:
  PostfixLines(LogWriter* log, Random* random) : log_(*log), random_(*random) {}

  bool Connect(Micros time, const Host& host, std::uint32_t pid,
               std::string_view client);
  bool InboundTls(Micros time, const Host& host, std::uint32_t pid,
                  std::string_view client);
  bool Disconnect(Micros time, const Host& host, std::uint32_t pid,
                  std::string_view client, std::int64_t messages);
  bool Client(Micros time, const Message& message, std::string_view client);
  bool MessageId(Micros time, const Message& message);
  bool Signed(Micros time, const Message& message);  // OpenDKIM's
  bool Queued(Micros time, const Message& message);
  bool OutboundTls(Micros time, const Message& message, std::string_view relay);
  bool ConnectFailed(Micros time, const Message& message,
                     std::string_view text);
  bool Delivery(Micros time, const Message& message, const DeliveryLine& line);
  bool Expired(Micros time, const Message& message);
  bool NotificationSent(Micros time, const Message& message,
                        std::string_view notification);
  bool Removed(Micros time, const Message& message);
  // Something of no interest for deliveries.
  bool Noise(Micros time, const Host& host);

 private:
  // Starts a line of `daemon` in `body_`.
  std::string& Begin(const Host& host, std::string_view daemon,
                     std::uint64_t pid);
  std::uint64_t DeliveryPid() { return 5100 + random_.Below(60); }

  LogWriter& log_;
  Random& random_;
  std::string body_;
};

// Appends seconds the way Postfix writes delays: two digits that matter.
void AppendDelay(Micros delay, std::string* out);

}  // namespace ricochet::bench
