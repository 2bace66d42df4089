#include "stream/dead_letter.h"

#include <algorithm>

#include "ricochet/fate.h"

namespace ricochet {
namespace {
constexpr std::size_t kErrorBytes = 512;
}

RejectedRecord::RejectedRecord(const Record& record, std::string_view topic,
                               std::string_view error, std::size_t value_bytes)
    : key_(record.key.substr(0, std::min(record.key.size(), value_bytes))),
      value_(record.value.substr(
          0, std::min(record.value.size(), value_bytes - key_.size()))),
      error_(error.substr(0, kErrorBytes)),
      partition_(std::to_string(record.partition.number)),
      offset_(std::to_string(record.offset)) {
  headers_ = {Header{"reason", Name(Reject::kRejectedByBroker)},
              Header{"error", error_},
              Header{"topic", topic},
              Header{"partition", partition_},
              Header{"offset", offset_},
              Header{"truncated", "true"}};
  if (value_.size() < record.value.size() || key_.size() < record.key.size()) {
    header_count_ = 6;
  }
}

OutputRecord RejectedRecord::output() const {
  // No time: the record's own may be what was refused.
  return {.topic = Topic::kDeadLetters,
          .key = key_,
          .value = value_,
          .tombstone = false,
          .headers = {headers_.data(), header_count_}};
}

}  // namespace ricochet
