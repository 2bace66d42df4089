#include "report/template_table.h"

namespace ricochet {

// An expiry repeats the last reply, which its own attempt counted already.
void TemplateTable::Add(const DeliveryEvent& event) {
  const bool expired = event.attempt.outcome == Outcome::kExpired;
  TemplateEntry* entry = Find(event);
  if (entry == nullptr) {
    overflow_ += expired ? 0 : 1;
    return;
  }
  entry->replies += expired ? 0 : 1;
  entry->final += event.attempt.final ? 1 : 0;
}

// Null: no template, or no room for another.
TemplateEntry* TemplateTable::Find(const DeliveryEvent& event) {
  const auto& response = event.response;
  const auto found = entries_.find(response.template_id);
  if (found != entries_.end()) return &found->second;
  if (response.template_id == 0 || response.template_text.empty() ||
      entries_.size() >= limit_) {
    return nullptr;
  }
  auto& entry = entries_[response.template_id];
  entry = {TemplateOf(event)};
  return &entry;
}

}  // namespace ricochet
