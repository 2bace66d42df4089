#include "classify/literal_finder.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cassert>

namespace ricochet {
namespace {

constexpr std::size_t kRun = 4;

// The `length` octets at `at`; of three, the first is 0.
std::uint32_t RunAt(std::string_view text, std::size_t at, std::size_t length) {
  std::uint32_t run = 0;
  for (const char c : text.substr(at, length)) {
    run = run << 8 | static_cast<unsigned char>(c);
  }
  return run;
}

// How often each run stands in the literals.
using RunCounts = absl::flat_hash_map<std::uint32_t, std::uint32_t>;

RunCounts CountRuns(const std::vector<std::string>& literals) {
  RunCounts counts;
  for (const auto& literal : literals) {
    for (std::size_t at = 0; at + kRun <= literal.size(); ++at) {
      ++counts[RunAt(literal, at, kRun)];
    }
  }
  return counts;
}

std::size_t RarestRun(const std::string& literal, const RunCounts& counts) {
  std::size_t best = 0;
  auto fewest = counts.at(RunAt(literal, 0, kRun));
  for (std::size_t at = 1; at + kRun <= literal.size(); ++at) {
    const auto count = counts.at(RunAt(literal, at, kRun));
    if (count >= fewest) continue;
    fewest = count;
    best = at;
  }
  return best;
}

}  // namespace

template <unsigned kBits>
void LiteralFinder::Table<kBits>::Fill(
    const std::vector<std::pair<std::uint32_t, Entry>>& filed) {
  const auto bucket_of = [](std::uint32_t run) {
    return Hash(run) >> (32 - kBits);
  };
  for (const auto& [run, entry] : filed) {
    const auto bit = Hash(run) >> (32 - kFilterBits);
    filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
    ++first_[bucket_of(run) + 1];
  }
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  auto next = first_;
  entries_.resize(filed.size());
  for (const auto& [run, entry] : filed) {
    entries_[next[bucket_of(run)]++] = entry;
  }
}

LiteralFinder::LiteralFinder(const std::vector<std::string>& literals) {
  const auto counts = CountRuns(literals);
  std::vector<std::pair<std::uint32_t, Entry>> filed_long;
  std::vector<std::pair<std::uint32_t, Entry>> filed_short;
  std::uint32_t number = 0;
  for (const auto& literal : literals) {
    assert(literal.size() >= kShortest);
    const auto run = std::min(literal.size(), kRun);
    const auto at = run < kRun ? 0 : RarestRun(literal, counts);
    Entry entry{};
    const auto head = std::min(literal.size(), sizeof(entry.head));
    std::memcpy(&entry.head, literal.data(), head);
    std::memset(&entry.mask, 0xff, head);
    entry.literal = number++;
    entry.begin = static_cast<std::uint32_t>(octets_.size());
    entry.size = static_cast<std::uint32_t>(literal.size());
    entry.before = static_cast<std::uint32_t>(at + run);
    (run < kRun ? filed_short : filed_long)
        .emplace_back(RunAt(literal, at, run), entry);
    octets_ += literal;
  }
  long_.Fill(filed_long);
  short_.Fill(filed_short);
}

}  // namespace ricochet
