#include "app/web_hour.h"

#include <algorithm>
#include <memory>

namespace ricochet {
namespace {

constexpr std::size_t kCells =
    (sizeof(WebHour::Outcomes::outcomes) + sizeof(WebHour::Outcomes::bounces)) /
    sizeof(std::uint64_t);

template <class Visit>
void ForEachCell(WebHour::Outcomes& all, const Visit& visit) {
  std::size_t index = 0;
  for (auto& kinds : all.outcomes) {
    for (auto& cell : kinds) visit(cell, index++);
  }
  for (auto& reasons : all.bounces) {
    for (auto& kinds : reasons) {
      for (auto& cell : kinds) visit(cell, index++);
    }
  }
}

std::unique_ptr<WebHour::Outcomes> OutcomesOf(const Counts& counts) {
  auto all = std::make_unique<WebHour::Outcomes>();  // too large for a stack
  for (std::size_t p = 0; p < kMaxProviders; ++p) {
    all->outcomes[p] = counts.Outcomes(p);
  }
  all->bounces = counts.bounces;
  return all;
}

}  // namespace

WebHour::WebHour() : latest_(kCells), hour_ago_(kCells) {}

void WebHour::Add(const Counts& counts, EventTime now) {
  const std::lock_guard lock(mutex_);
  if (added_ != kNoTime && now < added_ + kStep) return;
  added_ = now;
  const auto all = OutcomesOf(counts);
  auto& rises = rises_.emplace_back();
  ForEachCell(*all, [&](std::uint64_t cell, std::size_t index) {
    if (cell == latest_[index]) return;
    rises.emplace_back(index, cell - latest_[index]);
    latest_[index] = cell;
  });
  rises.shrink_to_fit();
  if (rises_.size() <= kSteps) return;
  for (const auto& [index, rise] : rises_.front()) hour_ago_[index] += rise;
  rises_.pop_front();
}

std::unique_ptr<WebHour::Outcomes> WebHour::Of(const Counts& counts) const {
  auto all = OutcomesOf(counts);
  const std::lock_guard lock(mutex_);
  ForEachCell(*all, [this](std::uint64_t& cell, std::size_t index) {
    cell -= hour_ago_[index];
  });
  return all;
}

}  // namespace ricochet
