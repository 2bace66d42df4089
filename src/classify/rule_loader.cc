#include "classify/rule_loader.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "ricochet/intern.h"

#include "classify/conditions_reader.h"
#include "classify/rule_regex.h"
#include "classify/toml_file.h"

namespace ricochet {
namespace {

constexpr std::string_view kProvidersFile = "providers.toml";
constexpr std::string_view kReasonsFile = "reasons.toml";
constexpr std::string_view kEnhancedCodesFile = "enhanced-codes.toml";
constexpr std::string_view kReplyCodesFile = "reply-codes.toml";
constexpr std::string_view kPolicyFile = "policy.toml";        // the ledger's
constexpr std::string_view kCodesFile = "codes.toml";          // Explanations'
constexpr std::string_view kCrosswalkFile = "crosswalk.toml";  // likewise

bool IsRuleFile(std::string_view name) {
  constexpr std::array kOthers = {
      kProvidersFile, kReasonsFile, kEnhancedCodesFile, kReplyCodesFile,
      kPolicyFile,    kCodesFile,   kCrosswalkFile};
  return std::ranges::find(kOthers, name) == kOthers.end();
}

std::string HashOf(std::span<const EmbeddedFile> files) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(
      XXH3_createState(), &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  for (const auto& file : files) {
    // What decides no verdict.
    if (file.name == kPolicyFile || file.name == kCodesFile ||
        file.name == kCrosswalkFile) {
      continue;
    }
    XXH3_128bits_update(state.get(), file.name.data(), file.name.size());
    XXH3_128bits_update(state.get(), "\0", 1);
    XXH3_128bits_update(state.get(), file.text.data(), file.text.size());
    XXH3_128bits_update(state.get(), "\0", 1);
  }
  const auto digest = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", digest.high64, digest.low64);
}

// The name in `key` as an enumerator of what `find` knows.
template <class Find>
auto ReadName(const TomlTable& table, std::string_view key, Find find)
    -> decltype(find(std::string_view())) {
  const auto name = table.Required(key);
  const auto value = find(name);
  if (!value) table.Complain(key, fmt::format("unknown {} '{}'", key, name));
  return value;
}

PermanenceRule ReadPermanence(const TomlTable& table) {
  const auto name = table.Optional("permanence");
  if (name == "reply") return PermanenceRule::kByReply;
  if (name == "permanent") return PermanenceRule::kPermanent;
  if (name == "transient") return PermanenceRule::kTransient;
  if (!name.empty()) {
    table.Complain("permanence",
                   "'permanence' must be \"permanent\", \"transient\" or "
                   "\"reply\"");
  }
  return PermanenceRule::kDefault;
}

EnhancedCode ReadStatus(const TomlTable& table, std::string_view key) {
  const auto pattern = ParseStatusPattern(table.Required(key));
  if (!pattern || pattern->cls == StatusPattern::kAny) {
    table.Complain(key, "not an enhanced code");
    return {};
  }
  return {static_cast<std::uint8_t>(pattern->cls), pattern->subject,
          pattern->detail};
}

Example ReadExample(const toml::node& node, Complaint& complaint) {
  Example example;
  example.place = complaint.At(node.source());
  const auto* block = node.as_table();
  if (block == nullptr) {
    if (!node.is_string()) {
      complaint.Add(node.source(), "an example is a string or a table");
    }
    example.text = node.value_or(std::string());
    return example;
  }
  const TomlTable table(
      *block, complaint,
      {"text", "remote", "domain", "command", "authority", "dsn"});
  example.text = table.Required("text");
  example.remote = table.Optional("remote");
  example.domain = table.Optional("domain");
  if (table.Has("command")) {
    example.command = ReadName(table, "command", CommandNamed)
                          .value_or(SmtpCommand::kUnknown);
  }
  if (table.Has("authority")) {
    example.authority = ReadName(table, "authority", AuthorityNamed)
                            .value_or(Authority::kRemote);
  }
  if (table.Has("dsn")) example.dsn = ReadStatus(table, "dsn");
  return example;
}

std::vector<Example> ReadExamples(const TomlTable& table, std::string_view key,
                                  Complaint& complaint) {
  std::vector<Example> examples;
  for (const auto* node : table.OneOrMany(key)) {
    examples.push_back(ReadExample(*node, complaint));
  }
  return examples;
}

// Set patterns are compiled together, so a bad one is found here, by itself.
void CheckRegex(const TomlTable& table, const std::string& text) {
  const RE2 regex(text, RuleRegexOptions());
  if (!regex.ok()) table.Complain("text", "bad regex: " + regex.error());
  if (regex.ok() && RE2::PartialMatch("", regex)) {
    table.Complain("text", "the regex matches every reply");
  }
}

// One regex, or a list of which any may match. Each stands by itself: no
// parenthesis is opened in one and closed in the next.
std::string ReadText(const TomlTable& table, RuleLoader::Patterns patterns) {
  std::string joined;
  for (const auto& text : table.Strings("text")) {
    if (patterns == RuleLoader::Patterns::kToCheck) CheckRegex(table, text);
    if (!joined.empty()) joined += '|';
    joined += text;
  }
  return joined;
}

}  // namespace

RuleLoader::RuleLoader(Patterns patterns)
    : patterns_(patterns), book_(new RuleBook) {}

Result<std::shared_ptr<const RuleBook>> RuleLoader::Load(
    std::span<const EmbeddedFile> files) {
  auto book = LoadAll(files);
  if (!errors_.empty()) return tl::unexpected(errors_.front());
  return book;
}

std::shared_ptr<const RuleBook> RuleLoader::LoadAll(
    std::span<const EmbeddedFile> files) {
  const auto read = [&](std::string_view name, auto method, auto... more) {
    ReadTomlFile(files, name, errors_,
                 [=, this](const toml::table& document, Complaint& complaint) {
                   (this->*method)(document, more..., complaint);
                 });
  };
  read(kProvidersFile, &RuleLoader::ReadProviders);
  read(kReasonsFile, &RuleLoader::ReadReasons);
  read(kEnhancedCodesFile, &RuleLoader::ReadCodes, true);
  read(kReplyCodesFile, &RuleLoader::ReadCodes, false);
  for (const auto& file : files) {
    if (IsRuleFile(file.name)) read(file.name, &RuleLoader::ReadRules);
  }
  book_->hash_ = HashOf(files);
  return std::move(book_);
}

void RuleLoader::ReadProviders(const toml::table& document,
                               Complaint& complaint) {
  std::vector<Provider> providers;
  for (const auto* block : TablesOf(document, "provider", complaint)) {
    const TomlTable table(*block, complaint,
                          {"name", "mx", "domains", "label_only"});
    providers.push_back({table.Required("name"), table.Strings("mx"),
                         table.Strings("domains"), table.place(),
                         table.Flag("label_only")});
  }
  auto made = ProviderTable::Make(std::move(providers));
  if (made) {
    book_->providers_ = std::move(*made);
  } else {
    complaint.Add(made.error());
  }
}

void RuleLoader::ReadReasons(const toml::table& document,
                             Complaint& complaint) {
  for (const auto* block : TablesOf(document, "reason", complaint)) {
    const TomlTable table(*block, complaint,
                          {"name", "meaning", "advice", "who", "cause", "fix"});
    const auto reason = ReadName(table, "name", ReasonNamed);
    if (!reason) continue;
    auto& text = book_->reason_texts_[static_cast<std::size_t>(*reason)];
    if (!text.meaning.empty()) table.Complain("name", "defined twice");
    text = {table.Required("meaning"), table.Required("advice"),
            table.Required("who")};
  }
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    if (!book_->reason_texts_[i].meaning.empty()) continue;
    complaint.Add(document.source(),
                  fmt::format("reason '{}' is missing", kReasons[i].name));
  }
}

void RuleLoader::ReadCodes(const toml::table& document, bool enhanced,
                           Complaint& complaint) {
  auto& entries = enhanced ? book_->enhanced_codes_ : book_->reply_codes_;
  const std::string_view code = enhanced ? "enhanced_code" : "reply_code";
  for (const auto* block : TablesOf(document, "code", complaint)) {
    const TomlTable table(*block, complaint, {"when", "name", "reason"});
    CodeEntry entry;
    if (const auto* when = table.Table("when");
        when != nullptr && when->contains(code)) {
      entry.when = ReadConditions(*when, book_->providers_, complaint);
    } else {
      table.Complain("when", fmt::format("'when' must name a {}", code));
    }
    entry.name = table.Required("name");
    entry.reason =
        ReadName(table, "reason", ReasonNamed).value_or(Reason::kUnclassified);
    entry.place = table.place();
    entries.push_back(std::move(entry));
  }
}

void RuleLoader::ReadRules(const toml::table& document, Complaint& complaint) {
  for (const auto* block : TablesOf(document, "rule", complaint)) {
    ReadRule(*block, complaint);
  }
}

void RuleLoader::ReadRule(const toml::table& block, Complaint& complaint) {
  const TomlTable table(block, complaint,
                        {"id", "reason", "permanence", "fault", "when", "text",
                         "by_code", "source", "examples", "counter_examples"});
  Rule rule;
  rule.place = table.place();
  rule.id = Intern(table.Required("id"));
  if (std::ranges::find(book_->rules_, rule.id, &Rule::id) !=
      book_->rules_.end()) {
    table.Complain("id", fmt::format("id '{}' is used twice", rule.id));
  }
  rule.reason =
      ReadName(table, "reason", ReasonNamed).value_or(Reason::kUnclassified);
  rule.permanence = ReadPermanence(table);
  if (table.Has("fault")) {
    rule.fault = ReadName(table, "fault", FaultNamed).value_or(Fault::kNone);
  }
  if (const auto* when = table.Table("when")) {
    rule.when = ReadConditions(*when, book_->providers_, complaint);
  }
  rule.text = ReadText(table, patterns_);
  if (rule.text.empty() && rule.when.providers == 0) {
    table.Complain("text", "a rule needs a 'text' or a provider");
  }
  rule.by_code = table.Flag("by_code");
  if (rule.by_code && rule.when.enhanced_codes.empty() &&
      rule.when.reply_codes.empty()) {
    table.Complain("by_code", "'by_code' needs a code in 'when'");
  }
  rule.source = table.Required("source");
  rule.examples = ReadExamples(table, "examples", complaint);
  if (rule.examples.empty()) table.Complain("examples", "no examples");
  rule.counter_examples = ReadExamples(table, "counter_examples", complaint);
  book_->rules_.push_back(std::move(rule));
}

}  // namespace ricochet
