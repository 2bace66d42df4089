#include "decode/priority.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "decode/ascii.h"

namespace ricochet {
namespace {

template <std::size_t N>
bool IsOneOf(std::string_view word,
             const std::array<std::string_view, N>& list) noexcept {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// RFC 5424, section 6.2.1, by the names of syslog.conf(5).
bool IsFacility(std::string_view word) noexcept {
  static constexpr std::array<std::string_view, 20> kNames = {
      "mail",   "daemon", "user",   "syslog", "auth",   "authpriv", "kern",
      "news",   "cron",   "lpr",    "uucp",   "ftp",    "local0",   "local1",
      "local2", "local3", "local4", "local5", "local6", "local7"};
  return IsOneOf(word, kNames);
}
bool IsSeverity(std::string_view word) noexcept {
  static constexpr std::array<std::string_view, 11> kNames = {
      "info",  "notice", "warning", "warn",  "err",  "error",
      "debug", "crit",   "alert",   "emerg", "panic"};
  return IsOneOf(word, kNames);
}
bool IsLoudSeverity(std::string_view word) noexcept {
  static constexpr std::array<std::string_view, 9> kNames = {
      "INFO",  "NOTICE", "WARNING", "WARN", "ERR",
      "ERROR", "DEBUG",  "CRIT",    "ALERT"};
  return IsOneOf(word, kNames);
}

bool IsPriority(std::string_view word) noexcept {
  if (word.size() > 18) return false;
  if (IsLoudSeverity(word)) return true;
  const bool bracketed = word.size() > 2 && word.front() == '<';
  if (bracketed) {
    if (word.back() != '>') return false;
    word = word.substr(1, word.size() - 2);
  }
  const std::size_t dot = word.find_first_of(".:");
  if (dot == std::string_view::npos) return false;
  const std::string_view facility = word.substr(0, dot);
  const std::string_view severity = word.substr(dot + 1);
  if (bracketed && !facility.empty() && IsDigit(facility.front())) return true;
  return IsFacility(facility) && IsSeverity(severity);
}

}  // namespace

bool MayBePriority(std::string_view word) noexcept {
  if (word.empty()) return false;
  if (word.front() == '<' || (word.front() >= 'A' && word.front() <= 'Z')) {
    return true;
  }
  const std::size_t size = std::min<std::size_t>(word.size(), 9);
  if (size < 7) return false;  // "lpr.err"
  for (std::size_t i = 3; i < size; ++i) {
    if (word[i] == '.' || word[i] == ':') return true;
    if (word[i] == ' ') return false;
  }
  return false;
}

bool SkipPriority(std::string_view& rest) noexcept {
  const std::string_view word = rest.substr(0, rest.find(' '));
  if (!IsPriority(word)) return false;
  rest.remove_prefix(word.size());
  SkipSpaces(rest);
  return true;
}

}  // namespace ricochet
