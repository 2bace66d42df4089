#include "classify/rule_list.h"

#include <algorithm>
#include <utility>

#include "classify/rule_regex.h"

namespace ricochet {
namespace {

bool Found(const RE2& regex, std::string_view text) {
  return RE2::PartialMatch({text.data(), text.size()}, regex);
}

}  // namespace

RuleList::RuleList(const std::vector<const Rule*>& rules) {
  UsesByLiteral uses;
  for (const auto* rule : rules) {
    for (auto& alternative : AlternativesOf(rule->text)) {
      Add(*rule, std::move(alternative), uses);
    }
  }
  std::vector<std::string> literals;
  for (auto& [literal, some] : uses) {
    literals.push_back(literal);
    first_use_.push_back(static_cast<std::uint32_t>(uses_.size()));
    uses_.insert(uses_.end(), some.begin(), some.end());
  }
  first_use_.push_back(static_cast<std::uint32_t>(uses_.size()));
  finder_.emplace(literals);
  met_.resize(choices_.size());
}

void RuleList::Add(const Rule& rule, Alternative alternative,
                   UsesByLiteral& uses) {
  const auto index = static_cast<std::uint32_t>(choices_.size());
  unsigned needs = 0;
  for (const auto& need : alternative.needs) {
    const auto bit = static_cast<std::uint8_t>(needs + 1);
    needs |= bit;
    for (const auto& literal : need) uses[literal].push_back({index, bit});
  }
  needs_.push_back(static_cast<std::uint8_t>(needs));
  for (std::size_t i = 0; needs == 0 && i < always_.size(); ++i) {
    const auto providers = rule.when.providers;
    if (providers == 0 || (providers >> i & 1U) != 0) {
      always_[i].push_back(index);
    }
  }
  choices_.push_back(
      {&rule, std::move(alternative.pattern), alternative.is_literal, nullptr});
}

const Rule* RuleList::Winner(const Evidence& evidence) {
  FindCandidates(evidence);
  for (const auto index : candidates_) {
    auto& choice = choices_[index];
    if (Matches(choice, evidence.text)) return choice.rule;
  }
  return nullptr;
}

void RuleList::AddMatching(const Evidence& evidence,
                           std::vector<const Rule*>& rules) {
  FindCandidates(evidence);
  for (const auto index : candidates_) {
    auto& choice = choices_[index];
    if (!rules.empty() && rules.back() == choice.rule) continue;
    if (Matches(choice, evidence.text)) rules.push_back(choice.rule);
  }
}

void RuleList::FindCandidates(const Evidence& evidence) {
  folded_.resize(evidence.text.size() + LiteralFinder::kPadding);
  std::ranges::transform(evidence.text, folded_.begin(), FoldOctet);
  touched_ = always_[evidence.provider];
  const auto text = std::string_view(folded_).substr(0, evidence.text.size());
  finder_->Find(text, [this](std::uint32_t literal) {
    for (auto at = first_use_[literal]; at < first_use_[literal + 1]; ++at) {
      const auto use = uses_[at];
      if (met_[use.choice] == 0) touched_.push_back(use.choice);
      met_[use.choice] |= use.need;
    }
  });
  candidates_.clear();
  for (const auto index : touched_) {
    const bool complete = met_[index] == needs_[index];
    met_[index] = 0;
    if (complete && choices_[index].rule->when.Hold(evidence)) {
      candidates_.push_back(index);
    }
  }
  std::ranges::sort(candidates_);
}

bool RuleList::Matches(Choice& choice, std::string_view text) {
  if (choice.is_literal || choice.pattern.empty()) return true;
  if (choice.regex == nullptr) {
    choice.regex = std::make_unique<RE2>(choice.pattern, RuleRegexOptions());
    // The rule's text is valid, so this is, unless it was cut wrongly.
    if (!choice.regex->ok()) {
      choice.regex =
          std::make_unique<RE2>(choice.rule->text, RuleRegexOptions());
    }
  }
  return Found(*choice.regex, text);
}

}  // namespace ricochet
