#pragma once

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ricochet {

// Counters by names that only the input or the rules know: rows of a few
// numbers, at most so many of them. A row stays until restart, since counters
// must not go back; what finds no room is counted in the row "other".
//
// One worker writes; any thread may read at any time, and nothing locks: a name
// is written before its row is announced, and never changes.
class LabelledCounts {
 public:
  static constexpr std::size_t kOther = 0;  // a row

  // `rows` besides "other".
  LabelledCounts(std::size_t rows, std::size_t columns);
  LabelledCounts(const LabelledCounts&) = delete;
  LabelledCounts& operator=(const LabelledCounts&) = delete;

  // The owner. The row of a name; kOther when it has none.
  [[nodiscard]] std::size_t Find(std::string_view name) const;
  // The same, but gives it one while there is room.
  std::size_t FindOrAdd(std::string_view name);
  void Add(std::size_t row, std::size_t column, std::uint64_t n) noexcept;
  // So much was counted as "other" for want of room.
  void AddOverflow(std::uint64_t n) noexcept;

  // Any thread: visit(name, column, count), "other" first.
  template <class Visit>
  void ForEach(const Visit& visit) const {
    const std::size_t rows = rows_.load(std::memory_order_acquire);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns_; ++column) {
        visit(std::string_view(names_[row]), column,
              Cell(row, column).load(std::memory_order_relaxed));
      }
    }
  }
  [[nodiscard]] std::uint64_t overflow() const noexcept {
    return overflow_.load(std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] std::atomic<std::uint64_t>& Cell(
      std::size_t row, std::size_t column) const noexcept {
    return cells_[row * columns_ + column];
  }

  const std::size_t columns_;
  std::vector<std::string> names_;  // by row; never resized
  std::unique_ptr<std::atomic<std::uint64_t>[]> cells_;
  std::atomic<std::size_t> rows_{1};
  std::atomic<std::uint64_t> overflow_{0};
  absl::flat_hash_map<std::string_view, std::size_t> index_;  // the owner's
};

}  // namespace ricochet
