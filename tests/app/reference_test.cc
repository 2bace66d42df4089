// Against real logs that are not in the repository: the folder comes from
// RICOCHET_REFERENCE_DATA; without it these tests do not exist.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/lab_truth.h"
#include "app/pipeline.h"

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

// How each shipper in data/shippers hands over one syslog line.
using Wrap = std::function<std::string(const std::string& line)>;

// "Nov 21 19:38:09 mta postfix/smtp[12]: text", taken apart.
struct Parts {
  std::string stamp, host, program, pid, text;
};

Parts Split(const std::string& line) {
  Parts parts;
  parts.stamp = line.substr(0, 15);
  const auto host_end = line.find(' ', 16);
  parts.host = line.substr(16, host_end - 16);
  const auto open = line.find('[', host_end);
  const auto colon = line.find(": ", host_end);
  parts.program =
      line.substr(host_end + 1, std::min(open, colon) - host_end - 1);
  if (open < colon) {
    parts.pid = line.substr(open + 1, line.find(']', open) - open - 1);
  }
  parts.text = line.substr(colon + 2);
  return parts;
}

std::string Rfc3339(const std::string& stamp) {
  return "2026-11-" + stamp.substr(4, 2) + "T" + stamp.substr(7) + "+00:00";
}

nlohmann::json Fields(const std::string& line) {
  const Parts parts = Split(line);
  return {{"stamp", Rfc3339(parts.stamp)},
          {"host", parts.host},
          {"program", parts.program},
          {"pid", parts.pid},
          {"text", parts.text}};
}

// The lab's logs are UTF-8; dumping must not fail on a line that is not.
std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const std::map<std::string, Wrap>& Wraps() {
  static const std::map<std::string, Wrap> wraps = {
      {"plain", [](const std::string& line) { return line; }},
      {"filebeat",
       [](const std::string& line) {
         return Dump({{"@timestamp", "2026-11-21T23:00:00.000Z"},
                      {"host", {{"name", "shipper"}}},
                      {"message", line}});
       }},
      {"fluent_bit_raw",
       [](const std::string& line) {
         return Dump({{"@timestamp", 1795289776.5}, {"log", line}});
       }},
      {"fluent_bit_parsed",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"@timestamp", f["stamp"]},
                      {"time", line.substr(0, 15)},
                      {"host", f["host"]},
                      {"ident", f["program"]},
                      {"pid", f["pid"]},
                      {"message", f["text"]}});
       }},
      {"vector_syslog",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"appname", f["program"]},
                      {"hostname", f["host"]},
                      {"host", f["host"]},
                      {"message", f["text"]},
                      {"timestamp", f["stamp"]},
                      {"source_type", "syslog"}});
       }},
      {"journald",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"SYSLOG_IDENTIFIER", f["program"]},
                      {"SYSLOG_PID", f["pid"]},
                      {"host", f["host"]},
                      {"message", f["text"]},
                      {"timestamp", f["stamp"]}});
       }},
      {"rsyslog_jsonf",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"@timestamp", f["stamp"]},
                      {"host", f["host"]},
                      {"syslog-tag", f["program"].get<std::string>() + "[" +
                                         f["pid"].get<std::string>() + "]:"},
                      {"message", " " + f["text"].get<std::string>()}});
       }},
      {"rsyslog_rfc3339",
       [](const std::string& line) {
         return Rfc3339(line.substr(0, 15)) + line.substr(15);
       }},
      {"rsyslog_rfc5424",
       [](const std::string& line) {
         const Parts p = Split(line);
         return "<22>1 " + Rfc3339(p.stamp) + " " + p.host + " " + p.program +
                " " + (p.pid.empty() ? "-" : p.pid) + " - - " + p.text;
       }},
      {"syslog_ng_json",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"PROGRAM", f["program"]},
                      {"PID", f["pid"]},
                      {"MESSAGE", f["text"]},
                      {"HOST", f["host"]},
                      {"HOST_FROM", "vm"},
                      {"DATE", line.substr(0, 15)}});
       }},
  };
  return wraps;
}

std::vector<std::string> VerdictsOf(const Pipeline& pipeline) {
  std::vector<std::string> out;
  for (const SeenEvent& e : pipeline.events) {
    out.push_back(e.queue_id + " " + e.sender + ">" + e.recipient + " " +
                  NameOf(e.verdict.reason) + " " +
                  NameOf(e.verdict.last_reason) + " " +
                  std::to_string(e.time.time_since_epoch().count()));
  }
  return out;
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
  for (const auto& [name, wrap] : Wraps()) {
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
