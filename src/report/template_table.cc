#include "report/template_table.h"

#include <string_view>

namespace ricochet {
namespace {

constexpr std::size_t kMaxText = 512;

// The first kMaxText octets of UTF-8 text, less what is left of a character.
std::string_view Cut(std::string_view text) noexcept {
  if (text.size() <= kMaxText) return text;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  std::size_t size = kMaxText;
  while (kMaxText - size < 3 && continues(size)) --size;
  return text.substr(0, size);
}

}  // namespace

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
  const auto& verdict = event.verdict;
  auto& entry = entries_[response.template_id];
  entry = {.text = std::string(Cut(response.template_text)),
           .reason = verdict.reason == Reason::kExpired ? verdict.last_reason
                                                        : verdict.reason,
           .kind = verdict.kind,
           .decided_by = verdict.decided_by,
           .provider = verdict.provider,
           .rule = verdict.rule};
  return &entry;
}

}  // namespace ricochet
