#include "app/suppression_history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/suppression_file.h"
#include "report/text.h"

namespace ricochet {
namespace {

std::string IdOf(const TopicRecord& record) {
  for (const auto& [name, value] : record.headers) {
    if (name == "ce_id") return value;
  }
  return {};
}

// "2026-11-20 08:00:00", which orders as the time does.
std::string TimeOf(const nlohmann::json& change) {
  auto time = TextOf(change, "time").substr(0, 19);
  std::ranges::replace(time, 'T', ' ');
  return time;
}

std::string ReasonsOf(const nlohmann::json& change) {
  std::vector<std::string> reasons;
  for (const auto& cause : change["causes"]) {
    auto reason = TextOf(cause, "reason");
    reasons.push_back(reason.empty() ? "no reason given" : std::move(reason));
  }
  return fmt::format("{}", fmt::join(reasons, ", "));
}

std::string ScopeOf(const nlohmann::json& change) {
  auto scope = TextOf(change, "scope");
  for (const char* of : {"sender_domain", "list"}) {
    const auto qualifier = TextOf(change, of);
    if (!qualifier.empty()) scope += " " + qualifier;
  }
  return scope;
}

// Of what is in force: until when. Of what is not: what it was for.
std::string WhatOf(const nlohmann::json& change) {
  const auto what = TextOf(change, "change");
  const auto reasons = ReasonsOf(change);
  if (what != "suppress" && what != "change") return "was " + reasons;
  const auto expires = TextOf(change, "expires").substr(0, 10);
  return reasons + (expires.empty() ? ", for good" : ", until " + expires);
}

}  // namespace

void SuppressionHistory::Add(const TopicRecord& record) {
  if (!about_.contains(record.key)) return;
  auto change = nlohmann::json::parse(record.value, nullptr, false);
  const bool good = change.is_object() && !TextOf(change, "change").empty() &&
                    change.contains("causes") && change["causes"].is_array();
  if (!good) return;
  const auto id = IdOf(record);
  if (!id.empty() && !ids_.insert(id).second) return;
  changes_.push_back(std::move(change));
}

std::vector<nlohmann::json> SuppressionHistory::Take() {
  std::ranges::stable_sort(changes_, {}, [](const nlohmann::json& change) {
    return TextOf(change, "time");
  });
  return std::move(changes_);
}

std::string HistoryLine(const nlohmann::json& change) {
  auto line =
      fmt::format("{}  {:<8}  {}  {}", TimeOf(change), TextOf(change, "change"),
                  ScopeOf(change), WhatOf(change));
  const auto who = TextOf(change, "who");
  const auto note = TextOf(change, "note");
  const auto event = TextOf(change, "evidence");
  if (!who.empty()) {
    line += fmt::format("; {}{}{}", who, note.empty() ? "" : ": ", note);
  } else if (!event.empty()) {
    line += "; event " + event;
  }
  return Printable(line);
}

}  // namespace ricochet
