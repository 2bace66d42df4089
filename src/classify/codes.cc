#include "classify/codes.h"

namespace ricochet {
namespace {

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr std::uint16_t Digit(char c) noexcept {
  return static_cast<std::uint16_t>(c - '0');
}

// Takes ".123" at `at`; false when it is not there.
bool TakePart(std::string_view text, std::size_t& at,
              std::uint16_t& value) noexcept {
  if (at >= text.size() || text[at] != '.') return false;
  const std::size_t start = ++at;
  value = 0;
  while (at < text.size() && at - start < 3 && IsDigit(text[at])) {
    value = static_cast<std::uint16_t>(value * 10 + Digit(text[at]));
    ++at;
  }
  return at > start;
}

}  // namespace

EnhancedCode EnhancedCodeAt(std::string_view text,
                            std::size_t& length) noexcept {
  length = 0;
  if (text.size() < 5) return {};
  if (text[0] != '2' && text[0] != '4' && text[0] != '5') return {};
  EnhancedCode code{static_cast<std::uint8_t>(Digit(text[0])), 0, 0};
  std::size_t at = 1;
  if (!TakePart(text, at, code.subject)) return {};
  if (!TakePart(text, at, code.detail)) return {};
  if (at < text.size() && IsDigit(text[at])) return {};
  if (at + 1 < text.size() && text[at] == '.' && IsDigit(text[at + 1])) {
    return {};
  }
  length = at;
  return code;
}

Codes ScanCodes(std::string_view reply) noexcept {
  if (reply.size() < 3 || reply[0] < '2' || reply[0] > '6' ||
      !IsDigit(reply[1]) || !IsDigit(reply[2])) {
    return {};
  }
  if (reply.size() > 3 && reply[3] != ' ' && reply[3] != '-') return {};
  Codes codes;
  codes.reply_code = static_cast<std::uint16_t>(
      Digit(reply[0]) * 100 + Digit(reply[1]) * 10 + Digit(reply[2]));
  if (reply.size() > 4) {
    std::size_t length = 0;
    codes.enhanced_code = EnhancedCodeAt(reply.substr(4), length);
  }
  return codes;
}

}  // namespace ricochet
