#include "classify/rule_list.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "classify/rule_regex.h"

namespace ricochet {
namespace {

bool Found(const RE2& regex, std::string_view text) {
  return RE2::PartialMatch({text.data(), text.size()}, regex);
}

bool Has(const std::vector<std::uint64_t>& bits, std::uint32_t bit) noexcept {
  return (bits[bit / 64] >> (bit % 64) & 1U) != 0;
}

void Set(std::vector<std::uint64_t>& bits, std::uint32_t bit) noexcept {
  bits[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

}  // namespace

RuleList::RuleList(const std::vector<const Rule*>& rules) {
  LiteralIds literals;
  for (const auto* rule : rules) {
    for (auto& alternative : AlternativesOf(rule->text)) {
      Add(*rule, std::move(alternative), literals);
    }
  }
  std::vector<std::string> by_id(literals.size());
  for (const auto& [literal, id] : literals) by_id[id] = literal;
  finder_.emplace(by_id);
  found_.resize(by_id.size() / 64 + 1);
  FileChoices(by_id.size());
}

void RuleList::Add(const Rule& rule, Alternative alternative,
                   LiteralIds& literals) {
  Choice choice{.rule = &rule,
                .pattern = std::move(alternative.pattern),
                .is_literal = alternative.is_literal};
  for (const auto& strings : alternative.needs) {
    auto& need = choice.needs.emplace_back();
    for (const auto& string : strings) {
      const auto id = static_cast<std::uint32_t>(literals.size());
      need.push_back(literals.emplace(string, id).first->second);
    }
  }
  choices_.push_back(std::move(choice));
}

void RuleList::FileChoices(std::size_t literals) {
  for (auto& bits : always_) bits.resize(choices_.size() / 64 + 1);
  std::vector<Need> filed(literals);
  for (std::uint32_t index = 0; index < choices_.size(); ++index) {
    auto& needs = choices_[index].needs;
    if (needs.empty()) {
      FileUnderNothing(index);
      continue;
    }
    for (const auto literal : needs.front()) filed[literal].push_back(index);
    needs.erase(needs.begin());  // is met when the choice is touched
  }
  for (const auto& some : filed) {
    first_filed_.push_back(static_cast<std::uint32_t>(filed_.size()));
    filed_.insert(filed_.end(), some.begin(), some.end());
  }
  first_filed_.push_back(static_cast<std::uint32_t>(filed_.size()));
}

void RuleList::FileUnderNothing(std::uint32_t index) {
  const auto providers = choices_[index].rule->when.providers;
  for (std::size_t i = 0; i < always_.size(); ++i) {
    if (providers == 0 || (providers >> i & 1U) != 0) Set(always_[i], index);
  }
}

const Rule* RuleList::Winner(const Evidence& evidence) {
  const Rule* winner = nullptr;
  VisitMatching(evidence, [&](const Rule* rule) {
    winner = rule;
    return true;
  });
  return winner;
}

void RuleList::AddMatching(const Evidence& evidence,
                           std::vector<const Rule*>& rules) {
  VisitMatching(evidence, [&](const Rule* rule) {
    if (rules.empty() || rules.back() != rule) rules.push_back(rule);
    return false;
  });
}

template <class Visit>
void RuleList::VisitMatching(const Evidence& evidence, Visit visit) {
  Look(evidence);
  for (std::size_t word = 0; word < touched_.size(); ++word) {
    for (auto bits = touched_[word]; bits != 0; bits &= bits - 1) {
      auto& choice =
          choices_[word * 64 + static_cast<unsigned>(std::countr_zero(bits))];
      if (Matches(choice, evidence) && visit(choice.rule)) return;
    }
  }
}

void RuleList::Look(const Evidence& evidence) {
  touched_ = always_[evidence.provider];
  std::ranges::fill(found_, 0);
  folded_.resize(evidence.text.size() + LiteralFinder::kPadding);
  std::ranges::transform(evidence.text, folded_.begin(), FoldOctet);
  const auto text = std::string_view(folded_).substr(0, evidence.text.size());
  finder_->Find(text, [this](std::uint32_t literal) {
    if (Has(found_, literal)) return;
    Set(found_, literal);
    for (auto at = first_filed_[literal]; at < first_filed_[literal + 1];
         ++at) {
      Set(touched_, filed_[at]);
    }
  });
}

bool RuleList::HasAny(const Need& need) const noexcept {
  return std::ranges::any_of(
      need, [this](std::uint32_t literal) { return Has(found_, literal); });
}

bool RuleList::Matches(Choice& choice, const Evidence& evidence) const {
  if (!std::ranges::all_of(choice.needs,
                           [this](const Need& n) { return HasAny(n); }) ||
      !choice.rule->when.Hold(evidence)) {
    return false;
  }
  if (choice.is_literal || choice.pattern.empty()) return true;
  if (choice.regex == nullptr) {
    choice.regex = std::make_unique<RE2>(choice.pattern, RuleRegexOptions());
    // The rule's text is valid, so this is, unless it was cut wrongly.
    if (!choice.regex->ok()) {
      choice.regex =
          std::make_unique<RE2>(choice.rule->text, RuleRegexOptions());
    }
  }
  return Found(*choice.regex, evidence.text);
}

}  // namespace ricochet
