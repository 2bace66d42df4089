#include "observe/recent_templates.h"

namespace ricochet {

void RecentTemplates::Add(const DeliveryEvent& event) {
  const auto& response = event.response;
  if (response.template_id == 0 || response.template_text.empty()) return;
  const auto found = in_hand_.find(response.template_id);
  if (found != in_hand_.end()) {
    ++found->second;
    return;
  }
  if (in_hand_.size() >= kMaxTemplates) {
    ++others_;
    return;
  }
  in_hand_.emplace(response.template_id, 1);
  if (known_.size() < kMaxTemplates && !known_.contains(response.template_id)) {
    known_.emplace(response.template_id, TemplateOf(event));
  }
}

void RecentTemplates::Commit(EventTime now) {
  const bool first = turned_ == kNoTime;
  if (in_hand_.empty() && (first || now - turned_ < kTurn)) return;
  const std::lock_guard lock(mutex_);
  if (first) turned_ = now;
  if (now - turned_ >= kTurn) Turn(now);
  for (const auto& [id, count] : in_hand_) {
    const auto known = known_.find(id);
    if (known == known_.end()) {
      overflow_ += count;
      continue;
    }
    auto& recent = published_[id];
    if (recent.reply.text.empty()) recent.reply = known->second;
    recent.now += count;
  }
  overflow_ += others_;
  Clear();
}

void RecentTemplates::Turn(EventTime now) {
  const bool old = now - turned_ >= 2 * kTurn;  // nothing was committed since
  turned_ = now;
  absl::erase_if(published_, [&](auto& each) {
    auto& [id, recent] = each;
    recent.before = old ? 0 : recent.now;
    recent.now = 0;
    return recent.before == 0 && !in_hand_.contains(id);
  });
  absl::erase_if(known_, [this](const auto& each) {
    return !published_.contains(each.first) && !in_hand_.contains(each.first);
  });
}

// Elements are erased one by one: clear() would give the table's memory back.
void RecentTemplates::Clear() {
  for (auto at = in_hand_.begin(); at != in_hand_.end();) in_hand_.erase(at++);
  others_ = 0;
}

// An owner that is idle does not commit, and what it saw grows old.
void RecentTemplates::ReadInto(std::vector<TemplateCount>& all,
                               EventTime now) const {
  const std::lock_guard lock(mutex_);
  if (turned_ == kNoTime || now - turned_ >= 2 * kTurn) return;
  for (const auto& [id, recent] : published_) {
    all.push_back({id, recent.reply, recent.now + recent.before});
  }
}

std::uint64_t RecentTemplates::overflow() const {
  const std::lock_guard lock(mutex_);
  return overflow_;
}

}  // namespace ricochet
