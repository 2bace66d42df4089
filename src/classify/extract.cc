#include "classify/extract.h"

#include <re2/re2.h>

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "classify/codes.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

// Reply code, what separates it, enhanced code. It ends where the text begins,
// so that it stays one-pass (each octet decides alone): RE2 then finds the
// captures in one scan, without its slower engines. Accepts what is seen
// beside RFC 5321: "#550 5.1.1", "550 #5.1.0", "550 (5.1.1)", "<a@b>: 550".
constexpr char kPrefix[] =
    R"(^[ #]*(?:smtp; ?)?(?:<[^<> ]*>:? +)?([2-6][0-9][0-9]))"
    R"((?:([-: #(\t\n]+)([245]\.[0-9]+\.[0-9]+)?|$))";

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
  std::uint64_t before = 0;  // was the last octet a space?
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const auto eight = LoadEight(text.data() + i);
    const auto spaces = EqualOctets(eight, ' ');
    if ((spaces & (spaces << 8 | before)) != 0) return true;
    if (EqualOctets(eight, '\n') != 0) return true;
    before = spaces >> 56;
  }
  for (; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == ' ' && before != 0)) return true;
    before = text[i] == ' ' ? 0x80 : 0;
  }
  return false;
}

}  // namespace

Extractor::Extractor() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);
  prefix_ = std::make_unique<RE2>(kPrefix, options);
  assert(prefix_->ok() && prefix_->NumberOfCapturingGroups() == 3);
}

Extractor::~Extractor() = default;

void Extractor::Extract(std::string_view reply, SmtpResponse& response) {
  response.reply_code = 0;
  response.enhanced_code = {};
  reply = Trim(WithoutIntroduction(Trim(reply)));
  std::array<re2::StringPiece, 4> part;  // all, code, separator, enhanced code
  if (!prefix_->Match({reply.data(), reply.size()}, 0, reply.size(),
                      RE2::ANCHOR_START, part.data(), 4)) {
    response.text = NeedsFolding(reply) ? Fold(reply, {}) : reply;
    response.enhanced_code = CodeInParentheses(response.text);
    return;
  }
  const std::string_view code(part[1].data(), part[1].size());
  response.reply_code = static_cast<std::uint16_t>(
      (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
  const bool continued = part[2].starts_with("-");
  const auto after_code =
      static_cast<std::size_t>(code.data() + code.size() - reply.data());
  auto text = reply.substr(after_code);
  if (!part[3].empty()) {
    const auto at = static_cast<std::size_t>(part[3].data() - reply.data());
    std::size_t length = 0;
    response.enhanced_code = EnhancedCodeAt(reply.substr(at), length);
    if (length > 0) text = reply.substr(at + length);
  }
  const bool enhanced = response.enhanced_code.present();
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
