#include "classify/rule_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace ricochet {
namespace {

constexpr std::int64_t kSetMemory = std::int64_t{64} << 20;  // a limit
// Octets of patterns in one set; chosen by ClassifyUnseen in classify_bench.
constexpr std::size_t kGroupSize = 1000;

RE2::Options Options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(false);
  options.set_dot_nl(true);
  // Octets, not UTF-8: replies are not always UTF-8, and the automata are a
  // fraction of the size. Letters beyond ASCII match as they are written.
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_max_mem(kSetMemory);
  return options;
}

}  // namespace

Result<std::unique_ptr<RuleList>> RuleList::Compile(
    const std::vector<const Rule*>& rules) {
  std::unique_ptr<RuleList> list(new RuleList);
  for (std::size_t i = 0; i < rules.size();) {
    std::vector<const Rule*> some;
    std::size_t size = 0;
    for (; i < rules.size(); ++i) {
      size += rules[i]->text.size();
      if (!some.empty() && size > kGroupSize) break;
      some.push_back(rules[i]);
    }
    auto group = CompileGroup(std::move(some));
    if (!group) return Fail(group.error());
    list->groups_.push_back(std::move(*group));
  }
  return list;
}

Result<RuleList::Group> RuleList::CompileGroup(std::vector<const Rule*> rules) {
  Group group;
  group.rules = std::move(rules);
  for (std::size_t i = 0; i < group.rules.size(); ++i) {
    const auto& rule = *group.rules[i];
    if (rule.text.empty()) {
      group.without_text.push_back(i);
      continue;
    }
    if (group.set == nullptr) {
      group.set = std::make_unique<RE2::Set>(Options(), RE2::UNANCHORED);
    }
    std::string error;
    if (group.set->Add(rule.text, &error) < 0) {
      return Fail(
          ErrorCode::kConfig,
          fmt::format("{}:{}: bad regex of rule '{}': {}", rule.place.file,
                      rule.place.line, rule.id, error));
    }
    group.with_text.push_back(i);
  }
  if (group.set != nullptr && !group.set->Compile()) {
    const auto& rule = *group.rules.front();
    return Fail(ErrorCode::kConfig,
                fmt::format("{}:{}: rule '{}' and those after it need more "
                            "than {} MB",
                            rule.place.file, rule.place.line, rule.id,
                            kSetMemory >> 20));
  }
  return group;
}

const Rule* RuleList::Winner(const Evidence& evidence) {
  for (auto& group : groups_) {
    if (const auto* rule = WinnerIn(group, evidence)) return rule;
  }
  return nullptr;
}

const Rule* RuleList::WinnerIn(Group& group, const Evidence& evidence) {
  auto best = group.rules.size();
  const auto consider = [&](std::size_t index) {
    if (index < best && group.rules[index]->when.Hold(evidence)) best = index;
  };
  Match(group, evidence.text);
  for (const int match : matches_) {
    consider(group.with_text[static_cast<std::size_t>(match)]);
  }
  for (const auto index : group.without_text) consider(index);
  return best == group.rules.size() ? nullptr : group.rules[best];
}

void RuleList::AddMatching(const Evidence& evidence,
                           std::vector<const Rule*>& rules) {
  for (auto& group : groups_) {
    Match(group, evidence.text);
    std::vector<std::size_t> found = group.without_text;
    for (const int match : matches_) {
      found.push_back(group.with_text[static_cast<std::size_t>(match)]);
    }
    std::ranges::sort(found);
    for (const auto index : found) {
      const Rule* rule = group.rules[index];
      if (rule->when.Hold(evidence)) rules.push_back(rule);
    }
  }
}

void RuleList::Match(Group& group, std::string_view text) {
  matches_.clear();
  if (group.set == nullptr) return;
  RE2::Set::ErrorInfo info{RE2::Set::kNoError};
  const bool matched =
      group.set->Match({text.data(), text.size()}, &matches_, &info);
  if (!matched && info.kind != RE2::Set::kNoError) MatchOneByOne(group, text);
}

void RuleList::MatchOneByOne(Group& group, std::string_view text) {
  if (group.singles.empty()) {
    for (const auto index : group.with_text) {
      group.singles.push_back(
          std::make_unique<RE2>(group.rules[index]->text, Options()));
    }
  }
  matches_.clear();
  for (std::size_t i = 0; i < group.singles.size(); ++i) {
    if (RE2::PartialMatch({text.data(), text.size()}, *group.singles[i])) {
      matches_.push_back(static_cast<int>(i));
    }
  }
}

}  // namespace ricochet
