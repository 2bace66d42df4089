#include "mta/exim_address.h"

#include <cstddef>

#include "mta/exim_text.h"
#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr auto kNone = std::string_view::npos;

// "R=", "QT=", "SRS=": does a field of a delivery line begin here, or one of
// the words that may stand in its place?
bool FieldBegins(std::string_view text) noexcept {
  std::size_t n = 0;
  while (n < text.size() && n < 4 && text[n] >= 'A' && text[n] <= 'Z') ++n;
  if (n > 0) return n < text.size() && text[n] == '=';
  return StartsWith(text, ": ") || StartsWith(text, "defer (") ||
         StartsWith(text, "routing ") || StartsWith(text, "mua_wrapper ");
}

// Not a mailbox: a pipe, a file, an autoreply or ":blackhole:".
bool IsProcess(std::string_view text) noexcept {
  return !text.empty() &&
         (text[0] == '|' || text[0] == '/' || text[0] == '>' || text[0] == ':');
}

// Where the address with what belongs to it ends. A pipe's command may hold
// anything, but the original in its brackets ends it.
std::size_t EndOfAddress(std::string_view text) noexcept {
  const bool process = IsProcess(text);
  std::size_t from = 0;
  if (text.starts_with('"')) {
    const auto end = EndOfQuoted(text, 0);
    if (end < text.size()) from = end;
  }
  for (auto i = from + FindNear(text.substr(from), ' '); i < text.size();
       i += 1 + FindNear(text.substr(i + 1), ' ')) {
    if (i == 0) continue;
    const bool colon = text[i - 1] == ':';
    const auto end = colon ? i - 1 : i;
    if (process && (end == 0 || text[end - 1] != '>')) continue;
    if (colon || FieldBegins(text.substr(i + 1))) return end;
  }
  return text.size();
}

// The same address but for the quotes and backslashes of its local part?
bool SameUnquoted(std::string_view plain, std::string_view quoted) noexcept {
  if (!quoted.starts_with('"')) return false;
  std::size_t at = 0;
  for (const char c : quoted) {
    if (at < plain.size() && plain[at] == c) {
      ++at;
    } else if (c != '"' && c != '\\') {
      return false;
    }
  }
  return at == plain.size();
}

// Takes " <original>" off the end.
std::string_view TakeOriginal(std::string_view& text) noexcept {
  if (!text.ends_with('>')) return {};
  const auto open = FindLast(text, " <");
  if (open == kNone) return {};
  const auto original = text.substr(open + 2, text.size() - open - 3);
  text = text.substr(0, open);
  return original;
}

// Is all that stands before the blank at `end` the address, as it mostly is:
// nothing quoted or bracketed, and "R=" follows?
bool IsPlainAddress(std::string_view text, std::size_t end) noexcept {
  return end > 0 && end + 2 < text.size() && text[end + 2] == '=' &&
         text[end + 1] >= 'A' && text[end + 1] <= 'Z' && IsAlnum(text[0]) &&
         IsAlnum(text[end - 1]);
}

[[gnu::noinline]] EximRecipient TakeAnyRecipient(
    std::string_view& rest) noexcept {
  auto text = rest.substr(0, EndOfAddress(rest));
  if (text.size() == rest.size() && Contains(text, " ") &&
      !text.ends_with('>')) {  // words of another kind follow
    text = rest.substr(0, FindNear(rest, ' '));
  }
  rest.remove_prefix(text.size());
  const auto original = TakeOriginal(text);
  if (text.ends_with(')')) {
    const auto parents = FindLast(text, " (");
    if (parents != kNone) text = text.substr(0, parents);
  }
  if (original.empty()) {
    return IsProcess(text) ? EximRecipient{} : EximRecipient{text, {}};
  }
  if (IsProcess(text) || !Contains(text, "@") || SameUnquoted(text, original)) {
    return {original, {}};
  }
  return {text, original};
}

}  // namespace

EximRecipient TakeEximRecipient(std::string_view& rest) noexcept {
  const auto blank = FindNear(rest, ' ');
  if (!IsPlainAddress(rest, blank)) return TakeAnyRecipient(rest);
  const auto address = rest.substr(0, blank);
  rest.remove_prefix(blank);
  return {address, {}};
}

bool TakeEximSender(std::string_view& rest, std::string_view& sender) noexcept {
  const auto from = rest.starts_with('"') ? EndOfQuoted(rest, 0) : 0;
  sender = rest.substr(0, from + FindNear(rest.substr(from), ' '));
  rest.remove_prefix(sender.size());
  if (sender.empty()) return false;
  if (sender == "<>") sender = {};
  return true;
}

}  // namespace ricochet
