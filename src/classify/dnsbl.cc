#include "classify/dnsbl.h"

#include <algorithm>
#include <array>

#include "classify/token.h"
#include "ricochet/ascii.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

// Each operator's own site names its zones below this domain.
constexpr std::array<std::string_view, 24> kOperators = {
    "surriel.com",      "dnswl.org",     "spfbl.net",
    "rfc-ignorant.org", "gbudb.net",     "backscatterer.org",
    "nixspam.net",      "msrbl.net",     "spamhaus.org",
    "spamhaus.net",     "spamcop.net",   "barracudacentral.org",
    "sorbs.net",        "abuseat.org",   "uceprotect.net",
    "uribl.com",        "surbl.org",     "mailspike.net",
    "invaluement.com",  "manitu.net",    "senderscore.com",
    "proofpoint.com",   "cloudmark.com", "junkemailfilter.com"};

// Names as their operators' sites write them: spamhaus.org (and its zones SBL,
// XBL, PBL, DBL, CSS, ZEN, and the CBL of abuseat.org), spamcop.net,
// barracudacentral.org (BRBL), uceprotect.net, sorbs.net, uribl.com, surbl.org,
// abusix.com, invaluement.com, spamrats.com, nixspam.net, psbl.org, spfbl.net,
// mailspike.net, dronebl.org, spameatingmonkey.com.
constexpr std::array<std::string_view, 29> kNames = {"Spamhaus",
                                                     "SBL",
                                                     "XBL",
                                                     "PBL",
                                                     "DBL",
                                                     "CSS",
                                                     "ZEN",
                                                     "CBL",
                                                     "SpamCop",
                                                     "Barracuda",
                                                     "BRBL",
                                                     "SORBS",
                                                     "URIBL",
                                                     "UCEPROTECT",
                                                     "SURBL",
                                                     "Abusix",
                                                     "ivmSIP",
                                                     "ivmURI",
                                                     "ivmSIP/24",
                                                     "SpamRATS",
                                                     "NixSpam",
                                                     "PSBL",
                                                     "SPFBL",
                                                     "Mailspike",
                                                     "RATS-Dyna",
                                                     "DroneBL",
                                                     "RATS-All",
                                                     "RATS-NoPtr",
                                                     "SpamEatingMonkey"};

constexpr bool IsWordOctet(char c) noexcept {
  const char lower = AsciiLower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

std::size_t OneNameAt(std::string_view text) noexcept {
  std::size_t longest = 0;
  for (const auto name : kNames) {
    if (name.size() <= longest || name.size() > text.size()) continue;
    if (!EqualsIgnoreCase(text.substr(0, name.size()), name)) continue;
    if (name.size() == text.size() || !IsWordOctet(text[name.size()])) {
      longest = name.size();
    }
  }
  return longest;
}

// Length of a list's name at the front of `text`: "Spamhaus", "Spamhaus PBL".
std::size_t ListNameAt(std::string_view text) noexcept {
  std::size_t length = OneNameAt(text);
  while (length > 0 && length + 1 < text.size() && text[length] == ' ') {
    const auto next = OneNameAt(text.substr(length + 1));
    if (next == 0) break;
    length += 1 + next;
  }
  return length;
}

// Do the words at the end of `before` say that a list follows?
bool AnnouncesList(std::string_view before) noexcept {
  constexpr std::array<std::string_view, 14> kWords = {
      "using",          "listed in",     "listed at", "listed by",
      "listed on",      "listed in the", "found in",  "found on",
      "black list at",  "blacklist",     "rbl",       "dnsbl",
      "blacklisted at", "blocklisted by"};
  while (!before.empty() && !IsAtomChar(before.back())) before.remove_suffix(1);
  return std::ranges::any_of(kWords, [before](std::string_view words) {
    return EndsWithIgnoreCase(before, words) &&
           (before.size() == words.size() ||
            !IsWordOctet(before[before.size() - words.size() - 1]));
  });
}

// Without the address that it was asked for: "10.2.0.192.zen.spamhaus.org".
std::string_view WithoutAddress(std::string_view host) noexcept {
  const auto begin = host.find_first_not_of("0123456789.");
  if (begin == std::string_view::npos || begin == 0) return host;
  return host[begin - 1] == '.' ? host.substr(begin) : host;
}

std::string_view HostOf(std::string_view url) noexcept {
  const auto host = url.substr(url.find("//") + 2);
  return host.substr(0, host.find_first_of("/:?#"));
}

// A name, and how sure it is that it names the list.
struct Candidate {
  enum class Grade { kNone, kUrl, kName, kOperator, kAnnounced };
  std::string_view name;
  Grade grade = Grade::kNone;
};

Candidate CandidateIn(std::string_view text, std::size_t at,
                      std::string_view atom) noexcept {
  using Grade = Candidate::Grade;
  if (IsHost(atom)) {
    const auto host = WithoutAddress(atom);
    if (AnnouncesList(text.substr(0, at))) return {host, Grade::kAnnounced};
    if (!ListOperatorOf(host).empty()) return {host, Grade::kOperator};
  }
  const auto length = ListNameAt(text.substr(at));
  if (length > 0) return {text.substr(at, length), Grade::kName};
  return {};
}

}  // namespace

std::string_view ListOperatorOf(std::string_view host) noexcept {
  for (const auto domain : kOperators) {
    if (host.size() < domain.size()) continue;
    const auto rest = host.size() - domain.size();
    if (!SameShort(host.substr(rest), domain)) continue;
    if (rest == 0 || host[rest - 1] == '.') return host.substr(rest);
  }
  return {};
}

std::string_view FindDnsbl(std::string_view text) noexcept {
  Candidate best;
  for (std::size_t at = 0; at < text.size();) {
    if (!IsAtomChar(text[at])) {
      ++at;
      continue;
    }
    Candidate found;
    auto length = UrlAt(text.substr(at));
    if (length > 0) {
      const auto host = HostOf(text.substr(at, length));
      found.name = ListOperatorOf(host);
      if (!found.name.empty()) found.grade = Candidate::Grade::kUrl;
    } else {
      length = AtomAt(text.substr(at));
      found = CandidateIn(text, at, text.substr(at, length));
    }
    if (found.grade > best.grade) best = found;
    at += length;
  }
  return best.name;
}

}  // namespace ricochet
