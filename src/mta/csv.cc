#include "mta/csv.h"

#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// Most fields are short: a call of memchr() costs more than they do.
std::size_t EndOfPlain(std::string_view text) noexcept {
  constexpr std::size_t kNear = 32;
  if (text.empty() || text.front() == ',') return 0;
  const std::size_t near = FindNear(text.substr(0, kNear), ',');
  if (near < kNear || near == text.size()) return near;
  const std::size_t far = text.find(',', kNear);
  return far == kNone ? text.size() : far;
}

// Where the closing quote is, of a field whose opening one was taken.
std::size_t EndOfQuoted(std::string_view text, bool& doubled) noexcept {
  doubled = false;
  std::size_t quote = text.find('"');
  while (quote != kNone && quote + 1 < text.size() && text[quote + 1] == '"') {
    doubled = true;
    quote = text.find('"', quote + 2);
  }
  return quote;
}

// Appends `text` with single quotes for doubled ones. `out` has room for it,
// so that what was appended before stays where it is.
std::string_view AppendUndoubled(std::string_view text, std::string& out) {
  const std::size_t begin = out.size();
  while (!text.empty()) {
    const std::size_t quote = text.find('"');
    out.append(text.substr(0, quote == kNone ? kNone : quote + 1));
    text.remove_prefix(quote == kNone ? text.size() : quote + 2);
  }
  return std::string_view(out).substr(begin);
}

}  // namespace

bool CsvFields::Split(std::string_view line, std::string& unescaped) {
  size_ = 0;
  unescaped.clear();
  for (auto rest = line; size_ < kMost; rest.remove_prefix(1)) {
    std::size_t end = 0;
    auto& field = fields_[size_++];
    if (Take(rest, "\"")) {
      bool doubled = false;
      end = EndOfQuoted(rest, doubled);
      if (end == kNone) return false;
      field = rest.substr(0, end);
      if (doubled) {
        if (unescaped.empty()) unescaped.reserve(line.size());
        field = AppendUndoubled(field, unescaped);
      }
      ++end;
    } else {
      end = EndOfPlain(rest);
      field = rest.substr(0, end);
    }
    rest.remove_prefix(end);
    if (rest.empty()) return true;
    if (rest.front() != ',') return false;
  }
  return false;
}

void SkipByteOrderMark(std::string_view& text) noexcept {
  (void)Take(text, "\xEF\xBB\xBF");
}

}  // namespace ricochet
