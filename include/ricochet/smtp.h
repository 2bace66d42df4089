#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ricochet {

// The SMTP command that a reply answered (RFC 5321, section 4.1.1). What a
// code means depends on it: 550 to RCPT TO is about the recipient, to MAIL
// FROM about us.
enum class SmtpCommand : std::uint8_t {
  kUnknown,   // not logged
  kConnect,   // the greeting (220, 421, 554)
  kEhlo,      // EHLO, HELO or LHLO
  kStartTls,  // RFC 3207
  kAuth,      // RFC 4954
  kMailFrom,
  kRcptTo,
  kData,
  kEndOfData,  // the final dot, or BDAT LAST
  kRset,
  kQuit,
};
inline constexpr std::array<std::string_view, 11> kSmtpCommandNames = {
    "",        "connect", "EHLO",        "STARTTLS", "AUTH", "MAIL FROM",
    "RCPT TO", "DATA",    "end of DATA", "RSET",     "QUIT"};

// RFC 3463: class.subject.detail. cls == 0: none.
struct EnhancedCode {
  std::uint8_t cls = 0;
  std::uint16_t subject = 0;
  std::uint16_t detail = 0;

  [[nodiscard]] constexpr bool present() const noexcept { return cls != 0; }
  friend bool operator==(EnhancedCode, EnhancedCode) = default;
  friend auto operator<=>(EnhancedCode, EnhancedCode) = default;
};

// Who is speaking in a reply. Only the remote MTA, or authoritative DNS, can
// convict a recipient or a domain; see docs/verdicts.md.
enum class Authority : std::uint8_t {
  kRemote,  // the server that the recipient's domain points to
  kDns,     // the resolver's answer, in our MTA's words
  kRelay,   // our own smart host
  kLocal,   // our own MTA
  kEsp,     // an e-mail service provider's paraphrase
};
inline constexpr std::array<std::string_view, 5> kAuthorityNames = {
    "remote", "dns", "relay", "local", "esp"};

// What a server answered, taken apart. Views die with the reply they were
// extracted from, or at the extractor's next Extract().
struct SmtpResponse {
  std::uint16_t reply_code = 0;  // 200-699; 0: none in the text
  EnhancedCode enhanced_code;
  SmtpCommand command = SmtpCommand::kUnknown;
  std::string_view text;  // without codes, lines of a multi-line reply joined
  std::uint64_t template_id = 0;  // 0: not computed (delivered)
  // The normalised text with its codes. Empty when template_id is 0.
  std::string_view template_text;
  bool truncated = false;  // the log line was cut within the reply
};

}  // namespace ricochet
