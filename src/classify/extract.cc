#include "classify/extract.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "classify/codes.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kIntroductionLimit = 300;

constexpr bool IsBlank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view Trim(std::string_view text) noexcept {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// What stands between the codes and the text.
constexpr bool IsSeparator(char c, bool after_enhanced_code) noexcept {
  if (IsBlank(c) || c == '-' || c == ':') return true;
  return after_enhanced_code ? c == ';' || c == ',' || c == ')' || c == ']'
                             : c == '#';
}

// What may follow a reply code.
constexpr bool EndsCode(char c) noexcept {
  return std::string_view("-: #(\t\n").find(c) != std::string_view::npos;
}

// `reply` from its reply code on, which three digits are; empty: it has none.
// What is seen in front of it, beside RFC 5321: "#550 5.1.1", "smtp; 550",
// "<ann@example.org>: 550".
std::string_view FromCode(std::string_view reply) noexcept {
  const auto take = [&reply](std::string_view words) {
    const bool there = reply.starts_with(words);
    if (there) reply.remove_prefix(words.size());
    return there;
  };
  while (take(" ") || take("#")) {
  }
  if (take("smtp;")) take(" ");
  if (take("<")) {
    reply.remove_prefix(std::min(reply.find_first_of("<> "), reply.size()));
    if (!take(">")) return {};
    take(":");
    if (!take(" ")) return {};
    while (take(" ")) {
    }
  }
  const bool code = reply.size() >= 3 && reply[0] >= '2' && reply[0] <= '6' &&
                    IsDigit(reply[1]) && IsDigit(reply[2]) &&
                    (reply.size() == 3 || EndsCode(reply[3]));
  return code ? reply : std::string_view();
}

// Some MTAs and gateways put words before the server's: "host mx [192.0.2.1]
// SMTP error from remote mail server after RCPT TO:<x>: 550 ...". Returns what
// follows them, or all of `reply`.
std::string_view WithoutIntroduction(std::string_view reply) noexcept {
  if (!reply.empty() && IsDigit(reply.front())) return reply;
  constexpr std::array<std::string_view, 5> kIntroductions = {
      "] said: ", " refused to talk to me: ", "SMTP error from remote",
      "LMTP error after", "smtp;"};
  if (reply.starts_with("SASL ")) return reply;  // "... server mx said: 535"
  const auto head = reply.substr(0, kIntroductionLimit);
  for (const auto words : kIntroductions) {
    const auto at = head.find(words);
    if (at == std::string_view::npos) continue;
    auto rest = reply.substr(at + words.size());
    if (IsBlank(words.back()) || words.back() == ';') {
      if (!Trim(rest).empty() && IsDigit(Trim(rest).front())) return Trim(rest);
      continue;
    }
    for (auto colon = rest.find(": "); colon != std::string_view::npos;
         colon = rest.find(": ", colon + 2)) {
      if (colon + 2 < rest.size() && IsDigit(rest[colon + 2])) {
        return rest.substr(colon + 2);
      }
    }
  }
  return reply;
}

// qmail and its children put the enhanced code last: "no mailbox (#5.1.1)".
EnhancedCode CodeInParentheses(std::string_view text) noexcept {
  for (auto at = text.find("(#"); at != std::string_view::npos;
       at = text.find("(#", at + 2)) {
    std::size_t length = 0;
    const auto code = EnhancedCodeAt(text.substr(at + 2), length);
    if (code.present() && text.substr(at + 2 + length).starts_with(')')) {
      return code;
    }
  }
  return {};
}

// Has it a newline, or two spaces in a row?
bool NeedsFolding(std::string_view text) noexcept {
  const auto found = [](const char* at) {
    const Sixteen octets(at);
    const unsigned spaces = octets.Is(' ');
    return ((spaces & spaces >> 1) | octets.Is('\n')) != 0;
  };
  if (text.size() < 16) {
    return text.find("  ") != text.npos || text.find('\n') != text.npos;
  }
  // Each begins with the last octet of the one before.
  for (std::size_t i = 0; i + 16 < text.size(); i += 15) {
    if (found(text.data() + i)) return true;
  }
  return found(text.data() + text.size() - 16);
}

}  // namespace

void Extractor::Extract(std::string_view reply, SmtpResponse& response) {
  response.reply_code = 0;
  response.enhanced_code = {};
  reply = Trim(WithoutIntroduction(Trim(reply)));
  auto text = FromCode(reply);
  if (text.empty()) {
    response.text = NeedsFolding(reply) ? Fold(reply, {}) : reply;
    response.enhanced_code = CodeInParentheses(response.text);
    return;
  }
  const auto code = text.substr(0, 3);
  text.remove_prefix(3);
  response.reply_code = static_cast<std::uint16_t>(
      (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
  const bool continued = text.starts_with('-');
  const auto separators = static_cast<std::size_t>(
      std::ranges::find_if_not(text, EndsCode) - text.begin());
  std::size_t length = 0;
  response.enhanced_code = EnhancedCodeAt(text.substr(separators), length);
  if (length > 0) text.remove_prefix(separators + length);
  const bool enhanced = length > 0;
  while (!text.empty() && IsSeparator(text.front(), enhanced)) {
    text.remove_prefix(1);
  }
  if (continued || NeedsFolding(text)) {
    text = Fold(text, continued ? code : std::string_view());
  }
  response.text = text;
  if (!enhanced) {
    response.enhanced_code = CodeInParentheses(text);
  }
}

std::string_view Extractor::Fold(std::string_view text,
                                 std::string_view reply_code) {
  // No longer than the text: a space stands for at least one octet.
  buffer_.resize(text.size());
  char* to = buffer_.data();
  bool blank = true;
  for (std::size_t i = 0; i < text.size();) {
    if (IsBlank(text[i])) {
      blank = true;
      ++i;
      continue;
    }
    if (blank) {
      const auto rest = text.substr(i);
      if (!reply_code.empty() && rest.starts_with(reply_code) &&
          (rest.size() == 3 || rest[3] == '-' || rest[3] == ' ')) {
        i += 3;
        if (i < text.size()) ++i;
        std::size_t length = 0;
        static_cast<void>(EnhancedCodeAt(text.substr(i), length));
        i += length;
        continue;
      }
      if (to != buffer_.data()) *to++ = ' ';
      blank = false;
    }
    *to++ = text[i++];
  }
  buffer_.resize(static_cast<std::size_t>(to - buffer_.data()));
  return buffer_;
}

}  // namespace ricochet
