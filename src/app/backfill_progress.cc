#include "app/backfill_progress.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "app/ledger_stage.h"
#include "app/topics.h"

namespace ricochet {
namespace {

constexpr std::chrono::seconds kDeadline{15};

}  // namespace

Result<BackfillProgress> BackfillProgress::Begin(const Config& config) {
  const auto kafka = KafkaSettingsOf(config);
  auto attempts = GroupOffsets::Create(kafka, GroupOf(config, "attempts"));
  if (!attempts) return tl::unexpected(std::move(attempts.error()));
  auto ledger = GroupOffsets::Create(kafka, GroupOf(config, "ledger"));
  if (!ledger) return tl::unexpected(std::move(ledger.error()));
  BackfillProgress progress(std::move(*attempts), std::move(*ledger));
  progress.counts_ = config.topics.evidence;
  auto partitions = progress.ledger_.Partitions(progress.counts_, kDeadline);
  if (!partitions) return tl::unexpected(std::move(partitions.error()));
  progress.counts_partitions_ = *partitions;
  for (const std::string& name : config.topics.logs) {
    if (auto added = progress.AddTopic(name); !added) {
      return tl::unexpected(std::move(added.error()));
    }
  }
  return progress;
}

Result<void> BackfillProgress::AddTopic(const std::string& name) {
  const auto partitions = attempts_.Partitions(name, kDeadline);
  if (!partitions) return tl::unexpected(partitions.error());
  const auto ranges = attempts_.Ranges(name, *partitions, kDeadline);
  if (!ranges) return tl::unexpected(ranges.error());
  const auto committed = attempts_.Committed(name, *partitions, kDeadline);
  if (!committed) return tl::unexpected(committed.error());
  Topic topic{.name = name};
  for (std::size_t p = 0; p < ranges->size(); ++p) {
    const auto& [begin, end] = (*ranges)[p];
    const Offset from = std::clamp((*committed)[p].offset, begin, end);
    topic.from.push_back(from);
    topic.to.push_back(end);
    total_ += static_cast<std::uint64_t>(end - from);
  }
  logs_.push_back(std::move(topic));
  return {};
}

Result<bool> BackfillProgress::LogsRead() {
  std::uint64_t records = 0;
  for (const Topic& topic : logs_) {
    const auto committed = attempts_.Committed(
        topic.name, static_cast<int>(topic.to.size()), kDeadline);
    if (!committed) return tl::unexpected(committed.error());
    for (std::size_t p = 0; p < topic.to.size(); ++p) {
      const Offset from = topic.from[p];
      const Offset at = std::clamp((*committed)[p].offset, from, topic.to[p]);
      records += static_cast<std::uint64_t>(at - from);
    }
  }
  records_ = records;
  return records_ == total_;
}

Result<bool> BackfillProgress::WindowsTold() {
  const auto ranges = ledger_.Ranges(counts_, counts_partitions_, kDeadline);
  if (!ranges) return tl::unexpected(ranges.error());
  const auto committed =
      ledger_.Committed(counts_, counts_partitions_, kDeadline);
  if (!committed) return tl::unexpected(committed.error());
  for (std::size_t p = 0; p < ranges->size(); ++p) {
    const auto& [partition, offset, note] = (*committed)[p];
    const auto& [begin, end] = (*ranges)[p];
    const bool unused = begin == end && offset == kNoOffset;
    if (!unused && (offset < end || note != kAllTold)) return false;
  }
  return true;
}

}  // namespace ricochet
