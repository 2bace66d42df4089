#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "stream/topic_reader.h"

namespace ricochet {

// What became of some recipients: the records of mail.suppression-history about
// them, each once, though at least once may have written them twice.
class SuppressionHistory {
 public:
  // Recipients, or domains, as they are keys of the topic.
  explicit SuppressionHistory(std::set<std::string> about)
      : about_(std::move(about)) {}

  // Passes over what is of others, and what nobody writes there.
  void Add(const TopicRecord& record);

  // Ascending by time; what happened at the same time as it came.
  [[nodiscard]] std::vector<nlohmann::json> Take();

 private:
  std::set<std::string> about_;
  std::set<std::string> ids_;
  std::vector<nlohmann::json> changes_;
};

// A change as a line without a newline, such as
//
//   2026-11-20 08:00:00  release   address  was user_unknown; ann: called us
//
// It holds nothing that a terminal would obey.
[[nodiscard]] std::string HistoryLine(const nlohmann::json& change);

}  // namespace ricochet
