#include <array>
#include <map>
#include <string>

#include "observe/families.h"

namespace ricochet {
namespace {

// The same names of several workers are one series.
void AddSenders(const std::vector<const PublishedCounts*>& workers,
                Families& families) {
  std::map<std::string, std::array<std::uint64_t, kKindCount>, std::less<>>
      senders;
  for (const PublishedCounts* const worker : workers) {
    worker->sender_outcomes.ForEach(
        [&](std::string_view name, std::size_t kind, std::uint64_t count) {
          auto found = senders.find(name);
          if (found == senders.end()) {
            found = senders.try_emplace(std::string(name)).first;
          }
          found->second[kind] += count;
        });
  }
  for (const auto& [name, kinds] : senders) {
    for (std::size_t k = 0; k < kKindCount; ++k) {
      families.AddCounted(Metric::kSenderOutcomes, {name, kKindNames[k]},
                          kinds[k]);
    }
  }
}

void AddRules(const std::vector<const PublishedCounts*>& workers,
              Families& families) {
  std::map<std::string, std::uint64_t> rules;
  for (const PublishedCounts* const worker : workers) {
    worker->rule_hits.ForEach(
        [&](std::string_view name, std::size_t, std::uint64_t count) {
          rules[std::string(name)] += count;
        });
  }
  for (const auto& [name, count] : rules) {
    families.AddCounted(Metric::kRuleHits, {name}, count);
  }
}

}  // namespace

void AddLabelled(const std::vector<const PublishedCounts*>& workers,
                 Families& families) {
  AddSenders(workers, families);
  AddRules(workers, families);
  double senders = 0;
  double rules = 0;
  double templates = 0;
  for (const PublishedCounts* const worker : workers) {
    senders += static_cast<double>(worker->sender_outcomes.overflow());
    rules += static_cast<double>(worker->rule_hits.overflow());
    templates += static_cast<double>(worker->templates.overflow());
  }
  families.Add(Metric::kLabelOverflow, {"sender_domain"}, senders);
  families.Add(Metric::kLabelOverflow, {"rule"}, rules);
  families.Add(Metric::kLabelOverflow, {"template"}, templates);
}

}  // namespace ricochet
