#include "ledger/rate_dimensions.h"

namespace ricochet {

void PackDimensions(const RateDimensions& dimensions, std::string& out) {
  PackText(dimensions.tenant, out);
  PackText(dimensions.stream, out);
  PackText(dimensions.sender_domain, out);
  PackText(dimensions.provider, out);
  PackText(dimensions.egress, out);
}

RateDimensions ReadDimensions(PackedReader& in) noexcept {
  RateDimensions dimensions;
  dimensions.tenant = in.Text();
  dimensions.stream = in.Text();
  dimensions.sender_domain = in.Text();
  dimensions.provider = in.Text();
  dimensions.egress = in.Text();
  return dimensions;
}

const RateDimensionTable::Number* RateDimensionTable::Find(
    const RateDimensions& dimensions) {
  scratch_.clear();
  PackDimensions(dimensions, scratch_);
  const auto found = numbers_.find(std::string_view(scratch_));
  return found != numbers_.end() ? &found->second : nullptr;
}

RateDimensionTable::Number RateDimensionTable::Make(
    const RateDimensions& dimensions) {
  auto number = static_cast<Number>(entries_.size());
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    number = free_.back();
    free_.pop_back();
  }
  auto& entry = entries_[number];
  PackDimensions(dimensions, entry.packed);
  numbers_.emplace(entry.packed, number);
  unused_.push_back(number);
  return number;
}

void RateDimensionTable::Release(Number number) {
  if (--entries_[number].windows == 0) unused_.push_back(number);
}

void RateDimensionTable::Sweep() {
  for (const auto number : unused_) {
    auto& entry = entries_[number];
    if (entry.windows > 0 || entry.packed.empty()) continue;
    numbers_.erase(entry.packed);
    entry.packed.clear();
    free_.push_back(number);
  }
  unused_.clear();
}

}  // namespace ricochet
