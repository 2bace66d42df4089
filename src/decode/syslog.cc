#include "decode/syslog.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "decode/ascii.h"
#include "decode/priority.h"

namespace ricochet {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// Characters of host names, of IPv6 addresses with their zone, and of the
// chains that syslog-ng and rsyslog make of relays ("s_net/mx1", "src@mx1").
constexpr auto kHostCharacters = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    table[static_cast<std::size_t>(c)] =
        c < 128 && (IsAlnum(character) ||
                    std::string_view("._-:%/@").find(character) != kNone);
  }
  return table;
}();

bool IsHostCharacter(char c) noexcept {
  return kHostCharacters[static_cast<unsigned char>(c)];
}

// How many of the first octets can belong to a host name.
std::size_t HostLength(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size() && IsHostCharacter(text[i])) ++i;
  return i;
}

// Where '[', ':' or ' ' first is; the size if nowhere.
std::size_t ProgramLength(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size() && text[i] != '[' && text[i] != ':' &&
         text[i] != ' ') {
    ++i;
  }
  return i;
}

// The octets up to a space or the end; takes them and the spaces off `rest`.
std::string_view TakeWord(std::string_view& rest) noexcept {
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  SkipSpaces(rest);
  return word;
}

// "<22>"; at most three digits.
bool TakePri(std::string_view& rest) noexcept {
  if (rest.empty() || rest.front() != '<') return false;
  std::size_t i = 1;
  while (i < 4 && i < rest.size() && IsDigit(rest[i])) ++i;
  if (i == 1 || i == rest.size() || rest[i] != '>') return false;
  rest.remove_prefix(i + 1);
  return true;
}

// Solaris's "[ID 197553 mail.info] ".
void SkipMessageId(std::string_view& text) noexcept {
  if (!text.starts_with("[ID ")) return;
  const std::size_t end = text.find("] ");
  if (end == kNone || end > 40) return;
  text.remove_prefix(end + 2);
}

// Exim's message ids: 6-6-2 characters of base 62, since 4.97 6-11-4.
bool BeginsWithEximId(std::string_view text) noexcept {
  if (text.size() < 17 || text[6] != '-') return false;
  return (text[13] == '-' && text[16] == ' ') ||
         (text.size() > 23 && text[18] == '-' && text[23] == ' ');
}

// Which "host program:" after a spaced date is syslog's all the same.
bool IsMailProgram(std::string_view program) noexcept {
  return program.starts_with("postfix") || program == "exim" ||
         program == "exim4" || program == "sendmail";
}

// Is the first word a tag, so that the host is missing? "prog:" or "prog[1]:",
// but not "2001:db8::1".
bool BeginsWithTag(std::string_view rest, std::size_t host_length) noexcept {
  if (host_length == 0) return false;
  if (host_length < rest.size() && rest[host_length] == '[') return true;
  return rest[host_length - 1] == ':' && rest.find(':') == host_length - 1;
}

// Reads "[host ]program[pid]: text" behind a stamp.
bool ReadHostAndTag(std::string_view rest, SyslogLine& out) noexcept {
  std::size_t length = HostLength(rest);
  if (MayBePriority(rest.substr(0, std::max<std::size_t>(length, 1))) &&
      SkipPriority(rest)) {
    length = HostLength(rest);
  }
  std::string_view host;
  if (!BeginsWithTag(rest, length)) {
    if (length == 0) return false;
    if (length < rest.size() && rest[length] != ' ') return false;
    host = rest.substr(0, length);
    rest.remove_prefix(length);
    SkipSpaces(rest);
  }
  std::string_view behind_priority = rest;
  SyslogTag tag = TakeSyslogTag(rest);
  if (tag.pid == 0 && MayBePriority(behind_priority) &&
      SkipPriority(behind_priority)) {
    rest = behind_priority;
    tag = TakeSyslogTag(rest);
  }
  if (tag.program.empty() && !rest.empty()) return false;
  if (out.stamp.spaced) {
    if (!tag.colon) return false;
    if (tag.pid == 0 && (host.empty() || !IsMailProgram(tag.program))) {
      return false;
    }
  }
  SkipMessageId(rest);
  out.host = host;
  out.program = tag.program;
  out.pid = tag.pid;
  out.text = rest;
  return true;
}

// "program[123]: text" with nothing before it.
bool ReadBareTag(std::string_view rest, SyslogLine& out) noexcept {
  if (rest.empty() || !IsAlpha(rest.front())) return false;
  const SyslogTag tag = TakeSyslogTag(rest);
  if (tag.pid == 0 || !tag.colon) return false;
  SkipMessageId(rest);
  out.program = tag.program;
  out.pid = tag.pid;
  out.text = rest;
  return true;
}

// RFC 5424, section 6.3: "-" or [id name="value" ...][...]. In a value, a
// backslash escapes '"', '\' and ']'.
bool SkipStructuredData(std::string_view& rest) noexcept {
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
    return rest.empty() || rest.front() == ' ';
  }
  std::size_t i = 0;
  while (i < rest.size() && rest[i] == '[') {
    bool quoted = false;
    for (++i; i < rest.size() && (quoted || rest[i] != ']'); ++i) {
      if (rest[i] == '"') quoted = !quoted;
      if (quoted && rest[i] == '\\') ++i;
    }
    if (i >= rest.size()) return false;
    ++i;
  }
  if (i == 0) return false;
  rest.remove_prefix(i);
  return rest.empty() || rest.front() == ' ';
}

// 0 unless it is a number of up to nine digits.
std::uint32_t PidOf(std::string_view digits) noexcept {
  if (digits.size() > 9) return 0;
  std::uint32_t pid = 0;
  for (const char c : digits) {
    if (!IsDigit(c)) return 0;
    pid = pid * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return pid;
}

std::string_view OrNil(std::string_view field) noexcept {
  return field == "-" ? std::string_view{} : field;
}

}  // namespace

SyslogTag TakeSyslogTag(std::string_view& rest) noexcept {
  SyslogTag tag;
  std::size_t at = ProgramLength(rest);
  tag.program = rest.substr(0, at);
  if (at == 0) return tag;
  if (at < rest.size() && rest[at] == '[') {
    std::size_t end = at + 1;
    while (end < rest.size() && rest[end] != ']' && rest[end] != ' ') ++end;
    if (end < rest.size() && rest[end] == ']') {
      tag.pid = PidOf(rest.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  if (at < rest.size() && rest[at] == ':') {
    tag.colon = true;
    ++at;
  }
  rest.remove_prefix(at);
  SkipSpaces(rest);
  return tag;
}

bool LooksLikeHost(std::string_view name) noexcept {
  if (name.empty() || name.size() > 255) return false;
  if (HostLength(name) != name.size() || !IsAlnum(name.front())) return false;
  const bool uuid = name.size() == 36 && name[8] == '-' && name[13] == '-' &&
                    name[18] == '-' && name[23] == '-';
  if (uuid) return false;
  return std::any_of(name.begin(), name.end(), IsAlpha) ||
         name.find_first_of(".:") != kNone;
}

// RFC 5424, section 6, behind "<PRI>1 ".
bool SyslogReader::ReadProtocol(std::string_view rest,
                                SyslogLine& out) noexcept {
  if (rest.starts_with("- ")) {
    rest.remove_prefix(2);
  } else {
    const std::size_t taken = stamps_.Read(rest, out.stamp);
    if (taken == 0 || taken == rest.size() || rest[taken] != ' ') return false;
    rest.remove_prefix(taken + 1);
  }
  const std::string_view host = OrNil(TakeWord(rest));
  const std::string_view program = OrNil(TakeWord(rest));
  const std::string_view pid = OrNil(TakeWord(rest));
  TakeWord(rest);  // MSGID
  if (!SkipStructuredData(rest)) return false;
  SkipSpaces(rest);
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  SkipSpaces(rest);
  out.host = host;
  if (program.empty() && ReadBareTag(rest, out)) return true;
  out.program = program;
  out.pid = PidOf(pid);
  out.text = rest;
  return true;
}

SyslogLine SyslogReader::Read(std::string_view line) noexcept {
  SyslogLine out;
  out.text = line;
  std::string_view rest = line;
  if (TakePri(rest) && rest.starts_with("1 ")) {
    ReadProtocol(rest.substr(2), out);
    return out;
  }
  SkipSpaces(rest);
  const std::size_t taken = stamps_.Read(rest, out.stamp);
  if (taken == 0) {
    ReadBareTag(rest, out);
    return out;
  }
  rest.remove_prefix(taken);
  if (!rest.starts_with(' ')) return out;
  SkipSpaces(rest);
  if (out.stamp.spaced) {
    if (!BeginsWithEximId(rest)) ReadHostAndTag(rest, out);
  } else if (!known_.Read(rest, out) && ReadHostAndTag(rest, out)) {
    known_.Learn(rest, out);
  }
  return out;
}

}  // namespace ricochet
