#include "observe/labelled_counts.h"

namespace ricochet {
namespace {

// One writer: no read-modify-write, so no locked instruction.
void AddTo(std::atomic<std::uint64_t>& cell, std::uint64_t n) noexcept {
  cell.store(cell.load(std::memory_order_relaxed) + n,
             std::memory_order_relaxed);
}

}  // namespace

LabelledCounts::LabelledCounts(std::size_t rows, std::size_t columns)
    : columns_(columns),
      names_(rows + 1),
      cells_(new std::atomic<std::uint64_t>[(rows + 1) * columns] {}) {
  names_[kOther] = "other";
}

std::size_t LabelledCounts::Find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? kOther : found->second;
}

std::size_t LabelledCounts::FindOrAdd(std::string_view name) {
  if (const auto row = Find(name); row != kOther) return row;
  const auto row = rows_.load(std::memory_order_relaxed);
  if (row == names_.size() || name == names_[kOther]) return kOther;
  names_[row] = name;
  index_.emplace(names_[row], row);
  rows_.store(row + 1, std::memory_order_release);
  return row;
}

void LabelledCounts::Add(std::size_t row, std::size_t column,
                         std::uint64_t n) noexcept {
  AddTo(Cell(row, column), n);
}

void LabelledCounts::AddOverflow(std::uint64_t n) noexcept {
  AddTo(overflow_, n);
}

}  // namespace ricochet
