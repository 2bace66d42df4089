#include "mta/exim_fields.h"

#include <algorithm>
#include <cstddef>

#include "mta/exim_text.h"
#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr auto kNone = std::string_view::npos;

bool AtEnd(std::string_view rest) noexcept {
  return rest.empty() || rest.front() == ' ' || rest.front() == ':';
}

// Takes a value in quotes or brackets off `rest`, which begins with one.
void TakeEnclosed(std::string_view& rest, EximField& field) noexcept {
  const bool quoted = rest.front() == '"';
  std::size_t end = 0;
  if (quoted) {
    const auto stop = 1 + FindNear(rest.substr(1), '"', '\\');
    field.plain = stop == rest.size() || rest[stop] == '"';
    end = field.plain ? std::min(stop + 1, rest.size()) : EndOfQuoted(rest, 0);
  } else {
    end = EndOfBracketed(rest, 0);
  }
  field.closed =
      end != kNone && end > 1 && rest[end - 1] == (quoted ? '"' : '>');
  if (end == kNone) end = rest.size();
  field.value = rest.substr(1, end - (field.closed ? 2 : 1));
  rest.remove_prefix(end);
  if (!AtEnd(rest)) (void)TakeEximWord(rest);  // it went on all the same
}

}  // namespace

EximFieldAndRest TakeEnclosedEximField(std::string_view rest,
                                       std::size_t equals) noexcept {
  EximField field;
  field.key = rest.substr(1, equals - 1);
  rest.remove_prefix(equals + 1);
  TakeEnclosed(rest, field);
  return {field, rest, true};
}

EximFieldAndRest TakeAnyEximField(std::string_view rest) noexcept {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.empty() || rest.front() == ':') return {{}, rest, false};
  EximField field;
  const std::size_t n = FindNear(rest, '=', ' ');
  if (n == rest.size() || rest[n] == ' ') {
    field.key = TakeEximWord(rest);
    return {field, rest, true};
  }
  field.key = rest.substr(0, n);
  rest.remove_prefix(n + 1);
  if (!rest.empty() && (rest.front() == '"' || rest.front() == '<')) {
    TakeEnclosed(rest, field);
  } else {
    field.value = TakeEximWord(rest);
  }
  return {field, rest, true};
}

EximEndpoint TakeAnyEximEndpoint(std::string_view& rest) noexcept {
  auto ahead = rest;
  while (Take(ahead, " ")) {
    const auto word = TakeEximWord(ahead);
    if (word.starts_with('[')) {
      rest = ahead;
      return SplitEximEndpoint(word);
    }
    if (!word.starts_with('(') && !Is(word, "DS")) break;
  }
  return {};
}

}  // namespace ricochet
