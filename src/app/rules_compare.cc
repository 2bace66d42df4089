#include "app/rules_compare.h"

#include <fmt/format.h>

#include <algorithm>

namespace ricochet {
namespace {

std::string Show(const Verdict& verdict) {
  const auto by =
      verdict.rule.empty()
          ? kDecidedByNames[static_cast<std::size_t>(verdict.decided_by)]
          : verdict.rule;
  return fmt::format(
      "{} {} {} ({})", Info(verdict.reason).name,
      kPermanenceNames[static_cast<std::size_t>(verdict.permanence)],
      kFaultNames[static_cast<std::size_t>(verdict.fault)], by);
}

bool SameVerdict(const Verdict& a, const Verdict& b) {
  return a.reason == b.reason && a.permanence == b.permanence &&
         a.fault == b.fault && a.kind == b.kind;
}

}  // namespace

void RulesDifference::Add(const Question& question) {
  ++replies_;
  SmtpResponse response;
  const auto before = before_->Classify(question.reply(), response);
  const auto after = after_->Classify(question.reply(), response);
  if (SameVerdict(before, after)) return;
  ++changed_;
  auto& change = changes_[{Show(before), Show(after)}];
  if (change.count++ > 0) return;
  change.before = Show(before);
  change.after = Show(after);
  change.example = question.response;
}

std::vector<RulesDifference::Change> RulesDifference::changes() const {
  std::vector<Change> changes;
  for (const auto& [key, change] : changes_) changes.push_back(change);
  std::ranges::stable_sort(changes, std::greater(), &Change::count);
  return changes;
}

RuleHits::RuleHits(std::unique_ptr<Ruleset> rules)
    : rules_(std::move(rules)), decided_by_(kDecidedByNames.size()) {}

void RuleHits::Add(const Question& question) {
  ++replies_;
  SmtpResponse response;
  const auto verdict = rules_->Classify(question.reply(), response);
  ++decided_by_[static_cast<std::size_t>(verdict.decided_by)];
  if (!verdict.rule.empty()) ++counts_[verdict.rule];
}

std::vector<RuleHits::Hit> RuleHits::hits() const {
  std::vector<Hit> hits;
  for (const auto& rule : rules_->book().rules()) {
    const auto found = counts_.find(rule.id);
    hits.push_back({&rule, found == counts_.end() ? 0 : found->second});
  }
  std::ranges::stable_sort(hits, std::greater(), &Hit::count);
  return hits;
}

}  // namespace ricochet
