#include "generate_postfix.h"

#include <numeric>

#include "generate_text.h"

namespace ricochet::bench {
namespace {

constexpr std::uint64_t kQmgrPid = 1042;
constexpr std::string_view kCipher =
    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange "
    "X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256";

}  // namespace

void AppendDelay(Micros delay, std::string* out) {
  if (delay >= 10 * kSecond) {
    Append(out, (delay + kSecond / 2) / kSecond);
    return;
  }
  auto hundredths = (delay + 5000) / 10000;
  if (delay >= kSecond) hundredths = (hundredths + 5) / 10 * 10;
  Append(out, hundredths / 100);
  if (hundredths % 100 == 0) return;
  Append(out, ".", hundredths / 10 % 10);
  if (hundredths % 10 != 0) Append(out, hundredths % 10);
}

std::string& PostfixLines::Begin(const Host& host, std::string_view daemon,
                                 std::uint64_t pid) {
  body_.clear();
  Append(&body_, host.instance, "/", daemon, "[", pid, "]: ");
  return body_;
}

bool PostfixLines::Connect(Micros time, const Host& host, std::uint32_t pid,
                           std::string_view client) {
  Append(&Begin(host, "smtpd", pid), "connect from ", client);
  return log_.Write(time, host.name, body_);
}

bool PostfixLines::InboundTls(Micros time, const Host& host, std::uint32_t pid,
                              std::string_view client) {
  Append(&Begin(host, "smtpd", pid),
         "Anonymous TLS connection established from ", client, ": ", kCipher);
  return log_.Write(time, host.name, body_);
}

bool PostfixLines::Disconnect(Micros time, const Host& host, std::uint32_t pid,
                              std::string_view client, std::int64_t messages) {
  Append(&Begin(host, "smtpd", pid), "disconnect from ", client,
         " ehlo=2 starttls=1 mail=", messages, " rcpt=", messages,
         " data=", messages, " quit=1 commands=", 4 + 3 * messages);
  return log_.Write(time, host.name, body_);
}

bool PostfixLines::Client(Micros time, const Message& message,
                          std::string_view client) {
  Append(&Begin(*message.host, "smtpd", message.session), message.queue_id,
         ": client=", client);
  if (message.session % 3 == 0) {
    Append(&body_,
           ", sasl_method=PLAIN, sasl_username=", message.sender_domain);
  }
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::MessageId(Micros time, const Message& message) {
  Append(&Begin(*message.host, "cleanup", message.session + 1000),
         message.queue_id, ": message-id=", message.message_id);
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::Signed(Micros time, const Message& message) {
  body_.clear();
  Append(&body_, "opendkim[713]: ", message.queue_id,
         ": DKIM-Signature field added (s=mail2026, d=", message.sender_domain,
         ")");
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::Queued(Micros time, const Message& message) {
  const auto recipients =
      message.targets.empty() ? std::size_t{1} : message.targets.size();
  Append(&Begin(*message.host, "qmgr", kQmgrPid), message.queue_id, ": from=<",
         message.sender, ">, size=", message.size, ", nrcpt=", recipients,
         " (queue active)");
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::OutboundTls(Micros time, const Message& message,
                               std::string_view relay) {
  Append(&Begin(*message.host, "smtp", DeliveryPid()),
         "Trusted TLS connection established to ", relay, ": ", kCipher);
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::ConnectFailed(Micros time, const Message& message,
                                 std::string_view text) {
  Append(&Begin(*message.host, "smtp", DeliveryPid()), text);
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::Delivery(Micros time, const Message& message,
                            const DeliveryLine& line) {
  auto& out = Begin(*message.host, line.daemon, DeliveryPid());
  Append(&out, message.queue_id, ": to=<", line.recipient, ">, ");
  if (!line.original.empty()) {
    Append(&out, "orig_to=<", line.original, ">, ");
  }
  Append(&out, "relay=", line.relay, ", ");
  if (line.relay.ends_with(":25") && random_.Chance(100)) {
    Append(&out, "conn_use=", 2 + random_.Below(20), ", ");
  }
  out += "delay=";
  AppendDelay(
      std::accumulate(line.delays.begin(), line.delays.end(), Micros{0}), &out);
  out += ", delays=";
  for (const auto delay : line.delays) {
    AppendDelay(delay, &out);
    out += '/';
  }
  out.pop_back();
  Append(&out, ", dsn=", line.dsn, ", status=", line.status, " (", line.text,
         ")");
  return log_.Write(time, message.host->name, out);
}

bool PostfixLines::Expired(Micros time, const Message& message) {
  Append(&Begin(*message.host, "qmgr", kQmgrPid), message.queue_id, ": from=<",
         message.sender, ">, status=expired, returned to sender");
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::NotificationSent(Micros time, const Message& message,
                                    std::string_view notification) {
  Append(&Begin(*message.host, "bounce", 7000 + random_.Below(10)),
         message.queue_id,
         ": sender non-delivery notification: ", notification);
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::Removed(Micros time, const Message& message) {
  Append(&Begin(*message.host, "qmgr", kQmgrPid), message.queue_id,
         ": removed");
  return log_.Write(time, message.host->name, body_);
}

bool PostfixLines::Noise(Micros time, const Host& host) {
  const auto ip = DocumentationIp(random_.Next());
  const auto pid = 8000 + random_.Below(100);
  const auto port = 10000 + random_.Below(50000);
  switch (random_.Below(12)) {
    case 0:
      Append(&Begin(host, "smtpd", pid), "connect from unknown[", ip, "]");
      break;
    case 1:
      Append(&Begin(host, "smtpd", pid), "NOQUEUE: reject: RCPT from unknown[",
             ip,
             "]: 454 4.7.1 <info@example.org>: Relay access denied; "
             "from=<winner@example.com> to=<info@example.org> "
             "proto=ESMTP helo=<[",
             ip, "]>");
      break;
    case 2:
      Append(&Begin(host, "smtpd", pid),
             "lost connection after AUTH from unknown[", ip, "]");
      break;
    case 3:
      Append(&Begin(host, "smtpd", pid), "disconnect from unknown[", ip,
             "] ehlo=1 auth=0/1 commands=1/2");
      break;
    case 4:
      Append(&Begin(host, "smtpd", pid), "warning: hostname pool-", port,
             ".example.net does not resolve to address ", ip,
             ": Name or service not known");
      break;
    case 5:
      Append(&Begin(host, "anvil", 901),
             "statistics: max connection rate 4/60s for (smtp:", ip,
             ") at Nov  1 10:20:30");
      break;
    case 6:
      Append(&Begin(host, "postscreen", 902), "CONNECT from [", ip, "]:", port,
             " to [", host.ip, "]:25");
      break;
    case 7:
      Append(&Begin(host, "postscreen", 902), "PASS NEW [", ip, "]:", port);
      break;
    case 8:
      Append(&Begin(host, "dnsblog", pid), "addr ", ip,
             " listed by domain zen.spamhaus.org as 127.0.0.4");
      break;
    case 9:
      Append(&Begin(host, "smtp", pid), "SSL_connect error to mx.example.org[",
             ip, "]:25: Connection reset by peer");
      break;
    case 10:
      Append(&Begin(host, "scache", 903),
             "statistics: address lookup hits=", random_.Below(90),
             " miss=", random_.Below(90), " success=50%");
      break;
    default:
      body_ = Concat(
          "dovecot: imap-login: Disconnected (no auth "
          "attempts in 2 secs): user=<>, rip=",
          ip, ", lip=", host.ip, ", session=<", Hex(random_.Next()), ">");
      break;
  }
  return log_.Write(time, host.name, body_);
}

}  // namespace ricochet::bench
