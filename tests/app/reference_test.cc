// Against real logs that are not in the repository: the folder comes from
// RICOCHET_REFERENCE_DATA; without it these tests do not exist.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "app/lab_truth.h"
#include "app/pipeline.h"
#include "app/shippers.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

const EventTime kLabDay = std::chrono::sys_days{2026y / 11 / 22};
constexpr std::array kLabLogs = {"lab-postfix-short-ids.log",
                                 "lab-postfix-long-ids.log",
                                 "lab-postfix-rfc3339.log"};

void LabLogGivesOneTrueEventForEachDeliveryLine(const std::string& data,
                                                const std::string& name) {
  const std::string log = ReadFile(data + "/logs/" + name);
  const LabTruth truth(data + "/lab-truth.tsv");
  Pipeline pipeline;
  pipeline.Feed(log, kLabDay);
  std::uint64_t attempts = 0;
  for (const SeenEvent& event : pipeline.events) {
    ExpectTruth(truth, event);
    attempts += event.outcome == Outcome::kExpired ? 0 : 1;
  }
  std::uint64_t delivery_lines = 0;
  std::uint64_t expiry_lines = 0;
  for (const std::string& line : Lines(log)) {
    const bool status = line.find(" status=") != std::string::npos;
    const bool expiry = line.find("status=expired") != std::string::npos;
    delivery_lines += status && !expiry ? 1 : 0;
    expiry_lines += expiry ? 1 : 0;
  }
  EXPECT_EQ(attempts, delivery_lines);
  EXPECT_EQ(pipeline.Counted(Cause::kExpiry), expiry_lines);
  EXPECT_EQ(pipeline.Counted(Cause::kExpiryUnknown), 0U);
  EXPECT_EQ(pipeline.LinesCounted(), Lines(log).size());
  EXPECT_TRUE(pipeline.letters.empty()) << pipeline.letters[0].value;
}

void WrappedLinesGiveTheSameVerdicts(const std::string& data,
                                     const Wrap& wrap) {
  const std::string log = ReadFile(data + "/logs/lab-postfix-short-ids.log");
  Pipeline plain;
  plain.Feed(log, kLabDay);
  Pipeline wrapped;
  for (const std::string& line : Lines(log)) wrapped.Feed(wrap(line), kLabDay);
  EXPECT_EQ(VerdictsOf(wrapped), VerdictsOf(plain));
  EXPECT_EQ(wrapped.LinesCounted(), plain.LinesCounted());
}

// "2013 Jun 10 ... postfix/smtp[1]: ID: to=..., dsn=5.1.1, status=bounced"
std::map<std::string, std::uint64_t> StatusesOf(std::string_view log) {
  std::map<std::string, std::uint64_t> counts;
  for (const std::string& line : Lines(log)) {
    const auto status = line.find(", status=");
    const auto dsn = line.find(", dsn=");
    if (status == std::string::npos || dsn == std::string::npos) continue;
    ++counts[line.substr(dsn + 6, status - dsn - 6) + " " +
             line.substr(status + 9, line.find(' ', status + 9) - status - 9)];
  }
  return counts;
}

void SiteLogCountsWhatGrepCounts(const std::string& data) {
  const std::string log = ReadFile(data + "/logs/site-postfix-2013.log");
  Pipeline pipeline;
  pipeline.Feed(log);
  std::map<std::string, std::uint64_t> counts;
  for (const SeenEvent& event : pipeline.events) {
    if (event.outcome == Outcome::kExpired) continue;
    const std::map<Outcome, std::string> words = {
        {Outcome::kDelivered, "sent"},
        {Outcome::kDeferred, "deferred"},
        {Outcome::kBounced, "bounced"}};
    ++counts[event.dsn + " " + words.at(event.outcome)];
  }
  EXPECT_EQ(counts, StatusesOf(log));
  EXPECT_EQ(pipeline.LinesCounted(), Lines(log).size());
  EXPECT_TRUE(pipeline.letters.empty()) << pipeline.letters[0].value;
}

// A sender that any earlier line of the id shows is attached.
void SiteLogSendersAreAttached(const std::string& data) {
  const std::string log = ReadFile(data + "/logs/site-postfix-2013.log");
  std::set<std::string> shown;  // queue ids whose "from=<" came before
  std::map<std::string, bool> expected;
  Pipeline pipeline;
  std::size_t checked = 0;
  for (const std::string& line : Lines(log)) {
    const auto colon = line.find("]: ");
    const auto end = line.find(": ", colon + 3);
    if (colon != std::string::npos && end != std::string::npos) {
      const std::string id = line.substr(colon + 3, end - colon - 3);
      if (line.find(": from=<", colon) == end) shown.insert(id);
    }
    const std::size_t before = pipeline.events.size();
    pipeline.Feed(line);
    for (std::size_t i = before; i < pipeline.events.size(); ++i) {
      const SeenEvent& event = pipeline.events[i];
      EXPECT_EQ(event.has_sender, shown.contains(event.queue_id)) << line;
      ++checked;
    }
  }
  EXPECT_GT(checked, 1000U);
}

class Case : public testing::Test {
 public:
  explicit Case(std::function<void()> body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  std::function<void()> body_;
};

void Register(const std::string& name, const std::function<void()>& body) {
  testing::RegisterTest("ReferenceData", name.c_str(), nullptr, nullptr,
                        __FILE__, __LINE__,
                        [body]() -> testing::Test* { return new Case(body); });
}

const bool kRegistered = [] {
  const std::string data = ReferenceData();
  if (data.empty()) return false;
  for (const std::string name : kLabLogs) {
    Register("EventsAndReasonsOf_" + name,
             [=] { LabLogGivesOneTrueEventForEachDeliveryLine(data, name); });
  }
  for (const auto& [name, wrap] : ShipperWraps()) {
    Register("SameVerdictsWrappedAs_" + name,
             [=] { WrappedLinesGiveTheSameVerdicts(data, wrap); });
  }
  Register("SiteLogCountsWhatGrepCounts",
           [=] { SiteLogCountsWhatGrepCounts(data); });
  Register("SiteLogSendersAreAttached",
           [=] { SiteLogSendersAreAttached(data); });
  return true;
}();

}  // namespace
}  // namespace ricochet
