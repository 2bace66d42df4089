#include "classify/explanations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "classify/conditions_reader.h"
#include "classify/toml_file.h"
#include "classify/toml_table.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

// Who must act.
constexpr auto kWho = std::to_array<std::string_view>(
    {"nobody", "recipient", "receiver's administrator", "sender",
     "sender's administrator", "both administrators", "list owner",
     "operator of Ricochet"});

bool IsWordOctet(char c) noexcept {
  const char lower = AsciiLower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }

// How much of `text` is the tag; 0: it does not begin with it. Digits before a
// "_" name a server ("OFR004_104" is OFR_104) and are passed over.
std::size_t TagLength(std::string_view text, std::string_view tag) noexcept {
  std::size_t at = 0;
  for (const char c : tag) {
    if (c == '_') {
      while (at < text.size() && IsDigit(text[at])) ++at;
    }
    if (at == text.size() || AsciiLower(text[at]) != AsciiLower(c)) return 0;
    ++at;
  }
  return at;
}

// Does `tag` stand in `text`, in any case, with no letter or digit beside it?
bool HasTag(std::string_view text, std::string_view tag) noexcept {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto length = TagLength(text.substr(at), tag);
    if (length == 0) continue;
    const auto end = at + length;
    const bool begins =
        at == 0 || !IsWordOctet(tag.front()) || !IsWordOctet(text[at - 1]);
    const bool ends = end == text.size() || !IsWordOctet(tag.back()) ||
                      !IsWordOctet(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

// The number at the end of `text`, which is cut before it; -1: there is none.
int TakeLastNumber(std::string_view& text) noexcept {
  const auto last = text.find_last_not_of("0123456789");
  const auto begin = last == std::string_view::npos ? 0 : last + 1;
  int number = -1;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data() + begin, end, number).ec != std::errc()) {
    return -1;
  }
  text = text.substr(0, begin);
  return number;
}

// Is `code` within the range that `entry` is, "5.7.606-649"?
bool InRange(std::string_view code, std::string_view entry) noexcept {
  const int high = TakeLastNumber(entry);
  if (high < 0 || !entry.ends_with('-')) return false;
  entry.remove_suffix(1);
  const int low = TakeLastNumber(entry);
  const int number = TakeLastNumber(code);
  return low >= 0 && number >= low && number <= high &&
         EqualsIgnoreCase(code, entry);
}

bool IsTag(std::string_view code) noexcept {
  return !IsDigit(code.front()) && !code.starts_with("X.");
}

// Is `code` what `entry` explains? "X.1.9" is any class.
bool Names(std::string_view entry, std::string_view code) noexcept {
  if (EqualsIgnoreCase(entry, code)) return true;
  if (IsTag(entry) && !code.empty() && TagLength(code, entry) == code.size()) {
    return true;
  }
  if (entry.starts_with("X.") && code.size() > 2 && IsDigit(code[0])) {
    return entry.substr(1) == code.substr(1);
  }
  return InRange(code, entry);
}

}  // namespace

// Fills an Explanations; used once.
class ExplanationReader {
 public:
  explicit ExplanationReader(std::span<const EmbeddedFile> files) {
    ReadTomlFile(files, "codes.toml", errors,
                 [this](const auto& document, Complaint& complaint) {
                   ReadCodes(document, complaint);
                 });
    ReadTomlFile(files, "reasons.toml", errors,
                 [this](const auto& document, Complaint& complaint) {
                   ReadAdvice(document, complaint);
                 });
    ReadTomlFile(files, "crosswalk.toml", errors,
                 [this](const auto& document, Complaint& complaint) {
                   ReadNames(document, complaint);
                 });
  }

  Explanations explanations;
  std::vector<Error> errors;

 private:
  static std::optional<Reason> ReadReason(const TomlTable& table,
                                          std::string_view key) {
    const auto name = table.Required(key);
    const auto reason = ReasonNamed(name);
    if (!reason) table.Complain(key, fmt::format("unknown reason '{}'", name));
    return reason;
  }

  static std::string ReadWho(const TomlTable& table) {
    auto who = table.Required("who");
    if (!who.empty() && !std::ranges::count(kWho, who)) {
      table.Complain("who", fmt::format("'{}' is not one of '{}'", who,
                                        fmt::join(kWho, "', '")));
    }
    return who;
  }

  void ReadCodes(const toml::table& document, Complaint& complaint) {
    for (const auto* block : TablesOf(document, "code", complaint)) {
      const TomlTable table(
          *block, complaint,
          {"code", "title", "meaning", "called", "registry", "tag", "reason",
           "note", "provider", "cause", "fix", "who", "source"});
      CodeText code;
      code.place = table.place();
      code.code = table.Required("code");
      code.title = table.Required("title");
      code.meaning = table.Required("meaning");
      code.called = table.Strings("called");
      code.registry = table.Optional("registry");
      code.tag = table.Optional("tag");
      if (table.Has("reason")) code.reason = ReadReason(table, "reason");
      code.note = table.Optional("note");
      code.provider = table.Optional("provider");
      code.cause = table.Required("cause");
      code.fix = table.Required("fix");
      code.who = ReadWho(table);
      code.source = table.Required("source");
      CheckUnique(code, table);
      explanations.codes_.push_back(std::move(code));
    }
  }

  // Each code has a title and a sentence true of it alone.
  void CheckUnique(const CodeText& code, const TomlTable& table) const {
    for (const auto& other : explanations.codes_) {
      if (EqualsIgnoreCase(other.code, code.code) &&
          other.provider == code.provider) {
        table.Complain("code",
                       fmt::format("'{}' is explained twice", code.code));
      }
      if (other.title == code.title || other.meaning == code.meaning) {
        table.Complain("title", fmt::format("'{}' says the same as '{}'",
                                            code.code, other.code));
      }
    }
  }

  void ReadAdvice(const toml::table& document, Complaint& complaint) {
    for (const auto* block : TablesOf(document, "reason", complaint)) {
      const TomlTable table(
          *block, complaint,
          {"name", "meaning", "advice", "who", "cause", "fix"});
      const auto reason = ReadReason(table, "name");
      if (!reason) continue;
      ReadWho(table);
      explanations.advice_[static_cast<std::size_t>(*reason)] = {
          table.Required("cause"), table.Required("fix")};
    }
  }

  void ReadNames(const toml::table& document, Complaint& complaint) {
    for (const auto* block : TablesOf(document, "reason", complaint)) {
      const TomlTable table(*block, complaint,
                            {"name", "sparkpost", "ses", "powermta", "kumomta",
                             "sisimai", "postal", "zonemta"});
      const auto reason = ReadReason(table, "name");
      if (!reason) continue;
      explanations.names_[static_cast<std::size_t>(*reason)] = {
          table.Optional("sparkpost"), table.Optional("ses"),
          table.Optional("powermta"),  table.Optional("kumomta"),
          table.Optional("sisimai"),   table.Optional("postal"),
          table.Optional("zonemta")};
    }
  }
};

Result<Explanations> Explanations::Read(std::span<const EmbeddedFile> files) {
  ExplanationReader reader(files);
  if (!reader.errors.empty()) return tl::unexpected(reader.errors.front());
  return std::move(reader.explanations);
}

std::vector<Error> Explanations::Check(std::span<const EmbeddedFile> files) {
  return ExplanationReader(files).errors;
}

const CodeText* Explanations::Find(std::string_view code,
                                   std::string_view provider) const noexcept {
  const CodeText* anybodys = nullptr;
  const CodeText* only = nullptr;
  for (const auto& entry : codes_) {
    if (!Names(entry.code, code)) continue;
    if (!provider.empty() && entry.provider == provider) return &entry;
    if (entry.provider.empty() && anybodys == nullptr) anybodys = &entry;
    if (only == nullptr) only = &entry;
  }
  if (anybodys != nullptr) return anybodys;
  return provider.empty() || provider == "other" ? only : nullptr;
}

std::vector<const CodeText*> Explanations::TagsIn(
    std::string_view text, std::string_view provider) const {
  std::vector<const CodeText*> tags;
  for (const auto& entry : codes_) {
    if (!IsTag(entry.code) || !HasTag(text, entry.code)) continue;
    if (entry.provider.empty() || entry.provider == provider) {
      tags.push_back(&entry);
    }
  }
  return tags;
}

}  // namespace ricochet
