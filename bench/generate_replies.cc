#include "generate_replies.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>

#include "generate_text.h"

namespace ricochet::bench {
namespace {

constexpr std::array<std::string_view, kScopes> kScopeNames = {
    "sent", "address", "message", "attempt"};
constexpr std::array<std::string_view, 8> kStageNames = {
    "connect", "ehlo", "mail", "rcpt", "data", "eod", "relay", "none"};
constexpr std::array<std::string_view, 20> kPlaceholders = {
    "addr", "local", "domain", "sender", "sdomain", "ip",   "me",
    "mx",   "mxip",  "gid",    "qid",    "eximid",  "hex8", "hex16",
    "b64",  "num",   "unix",   "date",   "dc",      ""};

template <typename Enum, std::size_t N>
bool Parse(const std::array<std::string_view, N>& names, std::string_view text,
           Enum* value) {
  const auto at = std::find(names.begin(), names.end(), text);
  if (at == names.end()) return false;
  *value = static_cast<Enum>(at - names.begin());
  return true;
}

bool ParseNumber(std::string_view text, std::uint64_t* number) {
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc() && at == end;
}

bool ParseReason(std::string_view text, Reason* reason) {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (kReasons[i].name != text) continue;
    *reason = static_cast<Reason>(i);
    return true;
  }
  return false;
}

// The enhanced code at the start of `text`, or nothing.
std::string_view LeadingDsn(std::string_view text) {
  std::size_t dots = 0;
  std::size_t n = 0;
  for (; n < text.size(); ++n) {
    if (text[n] == '.') {
      ++dots;
    } else if (std::isdigit(static_cast<unsigned char>(text[n])) == 0) {
      break;
    }
  }
  return dots == 2 ? text.substr(0, n) : std::string_view();
}

// Sets the outcome and what Postfix logs as dsn= for the reply `text`: the
// reply's enhanced code when it stands where RFC 2034 wants it.
void Judge(std::string_view text, ReplyTemplate* reply) {
  reply->temporary = text[0] == '4' || reply->stage == ReplyStage::kConnect;
  std::string_view dsn = LeadingDsn(text.size() > 4 ? text.substr(4) : text);
  reply->dsn = dsn.empty() || dsn[0] != text[0]
                   ? Concat(text.substr(0, 1), ".0.0")
                   : std::string(dsn);
  if (reply->temporary) reply->dsn[0] = '4';
}

bool Compile(std::string_view text, ReplyTemplate* reply) {
  while (!text.empty()) {
    const auto open = text.find('{');
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return false;
    const auto name = text.substr(open + 1, close - open - 1);
    if (std::find(kPlaceholders.begin(), kPlaceholders.end(), name) ==
        kPlaceholders.end()) {
      return false;
    }
    reply->pieces.emplace_back(text.substr(0, open), name);
    text.remove_prefix(close + 1);
  }
  if (!text.empty()) reply->pieces.emplace_back(text, "");
  return true;
}

void AppendRandom(std::string_view alphabet, std::size_t n, Random& random,
                  std::string* out) {
  for (; n > 0; --n) *out += alphabet[random.Below(alphabet.size())];
}

void AppendInvention(std::string_view name, const ReplyContext& context,
                     Random& random, std::string* out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kLong =
      "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
  constexpr std::string_view kLower = "0123456789abcdefghijklmnopqrstuvwxyz";
  if (name == "num") {
    Append(out, 10 + random.Below(9990));
  } else if (name == "hex8") {
    AppendRandom(kHex, 8, random, out);
  } else if (name == "hex16") {
    AppendRandom(kHex, 16, random, out);
  } else if (name == "unix") {
    Append(out, context.unix_time);
  } else if (name == "gid") {
    AppendRandom(kLower, 2, random, out);
    Append(out, "-20020a");
    AppendRandom("0123456789abcdef", 12, random, out);
    Append(out, "si", 1000000 + random.Below(9000000), "wrb.",
           random.Below(1000));
  } else if (name == "qid") {
    AppendRandom(kLong, 12, random, out);
  } else if (name == "eximid") {
    AppendRandom(kLong, 6, random, out);
    *out += '-';
    AppendRandom(kLong, 6, random, out);
    *out += '-';
    AppendRandom(kLong, 2, random, out);
  } else if (name == "b64") {
    AppendRandom(kLong, 18, random, out);
  } else if (name == "dc") {
    AppendRandom("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4, random, out);
    Append(out, "0", random.Below(10), "FT0", random.Below(100));
  } else if (name == "date") {
    Append(out, "2026-1", random.Below(3), "-0", 1 + random.Below(9), "T1",
           random.Below(10), ":2", random.Below(10), ":3", random.Below(10),
           ".", 100 + random.Below(900), "Z");
  }
}

std::string_view Given(std::string_view name, const ReplyContext& context) {
  if (name == "addr") return context.recipient;
  if (name == "local") return context.local;
  if (name == "domain") return context.domain;
  if (name == "sender") return context.sender;
  if (name == "sdomain") return context.sender_domain;
  if (name == "ip") return context.our_ip;
  if (name == "me") return context.our_name;
  if (name == "mx") return context.mx;
  if (name == "mxip") return context.mx_ip;
  return {};
}

}  // namespace

void ReplyTemplate::Fill(const ReplyContext& context, Random& random,
                         std::string* out) const {
  for (const auto& [literal, placeholder] : pieces) {
    out->append(literal);
    if (placeholder.empty()) continue;
    const auto given = Given(placeholder, context);
    if (!given.empty()) {
      out->append(given);
    } else {
      AppendInvention(placeholder, context, random, out);
    }
  }
}

void Replies::Add(const ReplyTemplate* reply, std::uint64_t weight) {
  total_ += weight;
  entries_.emplace_back(total_, reply);
}

const ReplyTemplate* Replies::Pick(std::uint64_t number) const noexcept {
  const auto weight = Random::Scale(number, total_);
  const auto at = std::upper_bound(
      entries_.begin(), entries_.end(), weight,
      [](std::uint64_t w, const auto& entry) { return w < entry.first; });
  return at->second;
}

bool Catalogue::AddProvider(const std::vector<std::string_view>& fields) {
  Provider provider;
  if (fields.size() != 5 || !ParseNumber(fields[1], &provider.share) ||
      !ParseNumber(fields[2], &provider.domains)) {
    return false;
  }
  provider.name = fields[0];
  for (const auto mx : Split(fields[3], ',')) provider.mx.emplace_back(mx);
  provider.suffix = fields[4];
  providers_.push_back(std::move(provider));
  return true;
}

bool Catalogue::AddTemplate(const std::vector<std::string_view>& fields) {
  ReplyTemplate reply;
  std::uint64_t weight = 0;
  if (fields.size() != 6 || !Parse(kScopeNames, fields[1], &reply.scope) ||
      !ParseReason(fields[2], &reply.reason) ||
      !ParseNumber(fields[3], &weight) ||
      !Parse(kStageNames, fields[4], &reply.stage) || fields[5].size() < 5) {
    return false;
  }
  std::string_view text = fields[5];
  if (reply.stage == ReplyStage::kRelay || reply.stage == ReplyStage::kNone) {
    reply.dsn = LeadingDsn(text);
    reply.temporary = text[0] == '4';
    text.remove_prefix(reply.dsn.size() + 1);
  } else {
    Judge(text, &reply);
  }
  if (!Compile(text, &reply)) return false;
  templates_.push_back(std::move(reply));
  const ReplyTemplate* added = &templates_.back();
  if (fields[0] == "*") {
    anywhere_.Add(added, weight);
    return true;
  }
  for (auto& provider : providers_) {
    if (provider.name != fields[0]) continue;
    provider.replies[static_cast<std::size_t>(added->scope)].Add(added, weight);
    return true;
  }
  return false;
}

std::optional<Catalogue> Catalogue::Load(const std::string& folder) {
  Catalogue catalogue;
  for (const char* name : {"providers.tsv", "templates.tsv"}) {
    const std::string path = folder + "/" + name;
    std::ifstream file(path);
    std::string line;
    int number = 0;
    while (std::getline(file, line)) {
      ++number;
      if (line.empty() || line[0] == '#') continue;
      const auto fields = Split(line, '\t');
      const bool good = name[0] == 'p' ? catalogue.AddProvider(fields)
                                       : catalogue.AddTemplate(fields);
      if (!good) {
        std::fprintf(stderr, "%s:%d: not understood\n", path.c_str(), number);
        return std::nullopt;
      }
    }
    if (number == 0) {
      std::fprintf(stderr, "%s: not readable, or empty\n", path.c_str());
      return std::nullopt;
    }
  }
  return catalogue;
}

}  // namespace ricochet::bench
