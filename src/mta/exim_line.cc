#include "mta/exim_line.h"

#include <cstddef>
#include <cstdint>

#include "mta/exim_text.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

bool AreDigits(std::string_view text, std::size_t at,
               std::size_t count) noexcept {
  if (text.size() < at + count) return false;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) return false;
  }
  return true;
}

// Takes "2026-11-21 19:59:01.123 +0000 ".
void TakeStamp(std::string_view& rest, EximLine& line) noexcept {
  if (!BeginsWithEximStamp(rest)) return;
  auto size = kEximStampSize;
  if (size < rest.size() && rest[size] == '.') {
    for (++size; size < rest.size() && IsDigit(rest[size]);) ++size;
  }
  const auto sign = size + 1 < rest.size() ? rest[size + 1] : ' ';
  if ((sign == '+' || sign == '-') && rest[size] == ' ' &&
      AreDigits(rest, size + 2, 4)) {
    size += 6;
    line.zoned = true;
  }
  line.stamp = rest.substr(0, size);
  rest.remove_prefix(size);
  (void)Take(rest, " ");
}

// Takes "[25402] ".
void TakePid(std::string_view& rest) noexcept {
  if (rest.empty() || rest.front() != '[') return;
  auto ahead = rest.substr(1);
  if (TakeNumber(ahead, UINT32_MAX) >= 0 && Take(ahead, "] ")) rest = ahead;
}

// Takes "[2/3] " or "[2\3] ": Exim cuts a long line for syslog into pieces of
// 870 octets, and one of several lines at their ends. The sign between tells
// what ended the piece.
void TakePiece(std::string_view& rest, EximLine& line) noexcept {
  if (rest.empty() || rest.front() != '[') return;
  auto ahead = rest.substr(1);
  const auto piece = TakeNumber(ahead, 9999);
  const bool whole_line = ahead.starts_with('\\');
  if (piece < 1 || (!whole_line && !ahead.starts_with('/'))) return;
  ahead.remove_prefix(1);
  const auto pieces = TakeNumber(ahead, 9999);
  if (pieces < piece || !Take(ahead, "] ")) return;
  rest = ahead;
  line.continuation = piece > 1;
  line.cut = piece == 1 && pieces > 1 && !whole_line;
  line.further_line = piece > 1 && whole_line;
}

bool IsFlagCharacter(char c) noexcept {
  return c == '=' || c == '<' || c == '>' || c == '*' || c == '-' || c == '(';
}

}  // namespace

bool BeginsWithEximFlag(std::string_view text) noexcept {
  return text.size() >= 2 && IsFlagCharacter(text[0]) &&
         IsFlagCharacter(text[1]) && (text.size() == 2 || text[2] == ' ');
}

EximLine SplitEximLine(std::string_view text) noexcept {
  EximLine line;
  while (text.starts_with(' ')) text.remove_prefix(1);
  TakePiece(text, line);
  if (!line.continuation) {
    TakeStamp(text, line);
    TakePid(text);
    line.id = TakeEximId(text);
  }
  line.text = text;
  return line;
}

}  // namespace ricochet
