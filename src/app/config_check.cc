#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/config_reader.h"

// Checks that concern several keys at once.
namespace ricochet {

Result<void> ConfigReader::Check() const {
  if (auto done = CheckTopics(); !done) return done;
  if (auto done = CheckFormats(); !done) return done;
  if (auto done = CheckTimes(); !done) return done;
  if (auto done = CheckHttp(); !done) return done;
  return CheckThresholds();
}

// An output that is also an input would feed on itself.
Result<void> ConfigReader::CheckTopics() const {
  std::map<std::string_view, std::string_view> keys;  // by topic
  const Config::Topics& topics = config_.topics;
  for (const std::string& name : topics.logs) keys[name] = "topics.logs";
  const std::initializer_list<std::pair<std::string_view, std::string_view>>
      outputs = {{topics.delivery_events, "topics.delivery_events"},
                 {topics.dead_letters, "topics.dead_letters"},
                 {topics.evidence, "topics.evidence"},
                 {topics.suppressions, "topics.suppressions"},
                 {topics.suppression_history, "topics.suppression_history"},
                 {topics.bounce_rates, "topics.bounce_rates"},
                 {topics.attempts_state, "topics.attempts_state"},
                 {topics.ledger_state, "topics.ledger_state"}};
  for (const auto& [name, key] : outputs) {
    const auto [other, fresh] = keys.try_emplace(name, key);
    if (fresh) continue;
    return Fail(
        AtKeys({key, other->second},
               fmt::format("{} is also the topic of {}", name, other->second)));
  }
  return {};
}

// Each names an input topic, and none twice.
Result<void> ConfigReader::CheckFormats() const {
  std::set<std::string_view> named;
  for (const std::string& entry : config_.decode.formats) {
    const auto topic = std::string_view(entry).substr(0, entry.find('='));
    if (std::ranges::count(config_.topics.logs, topic) == 0) {
      return Fail(AtKeys({"decode.formats", "topics.logs"},
                         fmt::format("{} is no input topic", topic)));
    }
    if (!named.insert(topic).second) {
      return Fail(
          AtKeys({"decode.formats"}, fmt::format("{} is named twice", topic)));
    }
  }
  return {};
}

Result<void> ConfigReader::CheckTimes() const {
  if (config_.kafka.commit_interval * 2 > config_.kafka.transaction_timeout) {
    return Fail(
        AtKeys({"kafka.commit_interval", "kafka.transaction_timeout"},
               "commit_interval must be at most half of transaction_timeout"));
  }
  if (config_.correlate.linger > config_.correlate.lifetime) {
    return Fail(AtKeys({"correlate.linger", "correlate.lifetime"},
                       "linger must not be longer than lifetime"));
  }
  return {};
}

Result<void> ConfigReader::CheckHttp() const {
  const Config::Http& http = config_.http;
  if (http.tls_certificate.empty() != http.tls_key.empty()) {
    return Fail(AtKeys({"http.tls_certificate", "http.tls_key"},
                       "TLS needs both tls_certificate and tls_key"));
  }
  if (http.user.empty() != http.password.empty()) {
    return Fail(AtKeys({"http.user", "http.password"},
                       "user and password are needed, both or none"));
  }
  return {};
}

Result<void> ConfigReader::CheckThresholds() const {
  const Config::Thresholds& t = config_.thresholds;
  if (t.hard_warning > t.hard_critical || t.hard_critical > t.hard_page) {
    return Fail(AtKeys({"thresholds.hard_warning", "thresholds.hard_critical",
                        "thresholds.hard_page"},
                       "must ascend: warning, critical, page"));
  }
  if (t.complaint_warning > t.complaint_critical) {
    return Fail(AtKeys(
        {"thresholds.complaint_warning", "thresholds.complaint_critical"},
        "must ascend: warning, critical"));
  }
  return {};
}

}  // namespace ricochet
