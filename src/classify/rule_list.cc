#include "classify/rule_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ricochet {
namespace {

constexpr std::int64_t kSetMemory = std::int64_t{96} << 20;  // a limit

RE2::Options Options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(false);
  options.set_dot_nl(true);
  options.set_max_mem(kSetMemory);
  return options;
}

}  // namespace

RuleList::RuleList(std::vector<const Rule*> rules) : rules_(std::move(rules)) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    (rules_[i]->text.empty() ? without_text_ : with_text_).push_back(i);
  }
}

Result<std::unique_ptr<RuleList>> RuleList::Compile(
    std::vector<const Rule*> rules) {
  std::unique_ptr<RuleList> list(new RuleList(std::move(rules)));
  if (list->with_text_.empty()) return list;
  list->set_ = std::make_unique<RE2::Set>(Options(), RE2::UNANCHORED);
  for (const auto index : list->with_text_) {
    const auto& rule = *list->rules_[index];
    std::string error;
    if (list->set_->Add(rule.text, &error) < 0) {
      return Fail(
          ErrorCode::kConfig,
          fmt::format("{}:{}: bad regex of rule '{}': {}", rule.place.file,
                      rule.place.line, rule.id, error));
    }
  }
  if (!list->set_->Compile()) {
    return Fail(ErrorCode::kConfig,
                fmt::format("{} rules do not fit into {} MB",
                            list->with_text_.size(), kSetMemory >> 20));
  }
  return list;
}

const Rule* RuleList::Winner(const Evidence& evidence) {
  auto best = rules_.size();
  const auto consider = [&](std::size_t index) {
    if (index < best && rules_[index]->when.Hold(evidence)) best = index;
  };
  matches_.clear();
  if (set_ != nullptr) {
    const auto text = evidence.text;
    RE2::Set::ErrorInfo info{RE2::Set::kNoError};
    const bool matched =
        set_->Match({text.data(), text.size()}, &matches_, &info);
    if (!matched && info.kind != RE2::Set::kNoError) MatchOneByOne(text);
  }
  for (const int match : matches_) {
    consider(with_text_[static_cast<std::size_t>(match)]);
  }
  for (const auto index : without_text_) consider(index);
  return best == rules_.size() ? nullptr : rules_[best];
}

void RuleList::MatchOneByOne(std::string_view text) {
  if (singles_.empty()) {
    for (const auto index : with_text_) {
      singles_.push_back(std::make_unique<RE2>(rules_[index]->text, Options()));
    }
  }
  matches_.clear();
  for (std::size_t i = 0; i < singles_.size(); ++i) {
    if (RE2::PartialMatch({text.data(), text.size()}, *singles_[i])) {
      matches_.push_back(static_cast<int>(i));
    }
  }
}

}  // namespace ricochet
