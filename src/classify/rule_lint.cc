#include "classify/rule_lint.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "classify/explanations.h"
#include "classify/pattern_lint.h"
#include "classify/rule_check.h"
#include "classify/rule_loader.h"
#include "classify/rule_regex.h"

namespace ricochet {
namespace {

// Instructions of one rule's program. The largest of ours has 2,100; a much
// larger one is slow to compile, and its automaton needs much memory.
constexpr int kLargestProgram = 4000;

Error At(const Place& place, const std::string& what) {
  return {ErrorCode::kConfig,
          fmt::format("{}:{}: {}", place.file, place.line, what)};
}

void LintPattern(const Rule& rule, std::vector<Error>& errors) {
  for (const auto& suspect : SuspectsIn(rule.text)) {
    errors.push_back(
        At(rule.place, fmt::format("rule '{}': {}", rule.id, suspect)));
  }
  const RE2 regex(rule.text, RuleRegexOptions());
  if (!regex.ok() || regex.ProgramSize() <= kLargestProgram) return;
  errors.push_back(At(
      rule.place,
      fmt::format("rule '{}': its program has {} instructions, more than {}: "
                  "repeat words, not octets",
                  rule.id, regex.ProgramSize(), kLargestProgram)));
}

void LintDuplicates(const std::vector<Rule>& rules,
                    std::vector<Error>& errors) {
  for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
    const auto same = std::find_if(rules.begin(), rule, [&](const Rule& other) {
      return other.text == rule->text && other.when == rule->when;
    });
    if (same == rule) continue;
    errors.push_back(At(
        rule->place,
        fmt::format("rule '{}' asks for the same "
                    "as '{}' ({}:{})",
                    rule->id, same->id, same->place.file, same->place.line)));
  }
}

void LintProviders(const RuleBook& book, std::vector<Error>& errors) {
  std::uint64_t used = 0;
  for (const auto& rule : book.rules()) used |= rule.when.providers;
  for (const auto& entry : book.enhanced_codes()) used |= entry.when.providers;
  for (const auto& entry : book.reply_codes()) used |= entry.when.providers;
  const auto names = book.provider_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& about = book.providers().about(static_cast<ProviderId>(i));
    const bool is_used = ((used >> i) & 1U) != 0;
    if (is_used == !about.label_only) continue;
    errors.push_back(At(
        about.place,
        is_used ? fmt::format("provider '{}' is label_only, but rules name it",
                              names[i])
                : fmt::format("no rule is about provider '{}': say "
                              "label_only = true if its name is all",
                              names[i])));
  }
}

// "file:12: ..." by file, then line as a number.
auto OrderOf(const Error& error) {
  const std::string_view message = error.message;
  const auto colon = message.find(':');
  unsigned line = 0;
  if (colon != message.npos) {
    std::from_chars(message.data() + colon + 1, message.data() + message.size(),
                    line);
  }
  return std::tuple(message.substr(0, colon), line);
}

}  // namespace

std::vector<Error> LintRules(std::span<const EmbeddedFile> files) {
  RuleLoader loader;
  const auto book = loader.LoadAll(files);
  auto errors = loader.errors();
  const bool loads = errors.empty();
  for (auto& error : Explanations::Check(files)) {
    const auto same = std::ranges::find(errors, error.message, &Error::message);
    if (same == errors.end()) errors.push_back(std::move(error));
  }
  for (const auto& rule : book->rules()) LintPattern(rule, errors);
  LintDuplicates(book->rules(), errors);
  LintProviders(*book, errors);
  if (loads) {
    auto failed = FailedExamples(book);
    if (failed) {
      errors.insert(errors.end(), failed->begin(), failed->end());
    } else {
      errors.push_back(failed.error());
    }
  }
  std::ranges::stable_sort(errors, {}, OrderOf);
  return errors;
}

}  // namespace ricochet
