// Exim's logs that are not in the repository: the folder comes from
// RICOCHET_REFERENCE_DATA; without it these tests do not exist.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <regex>

#include "app/lab_truth.h"
#include "app/pipeline.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

const EventTime kLabDay = std::chrono::sys_days{2026y / 11 / 22};

// The flag of a delivery line, as a plain search finds it; empty: another line.
std::string FlagOf(const std::string& line) {
  static const std::regex kDelivery(
      "^[0-9-]{10} [0-9:.]+ (\\[[0-9]+\\] )?"
      "[0-9A-Za-z]{6}-([0-9A-Za-z]{6}-..|[0-9A-Za-z]{11}-....) "
      "(=>|->|>>|\\*\\*|==) .*");
  std::smatch match;
  return std::regex_match(line, match, kDelivery) ? match[3].str() : "";
}

bool NotTried(const std::string& line) {
  for (const auto* text :
       {"retry time not reached", "Retry time not yet reached",
        "SMTP delivery explicitly queued", "first-pass only routing",
        "reusing SMTP connection skips previous routing defer"}) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

struct Deliveries {
  std::map<Outcome, std::uint64_t> outcomes;
  std::uint64_t not_tried = 0;
};

// What a reader who knows the two characters expects of a log.
Deliveries Expected(const std::string& log) {
  Deliveries expected;
  for (const std::string& line : Lines(log)) {
    const std::string flag = FlagOf(line);
    if (flag.empty() || line.find("** mua_wrapper is") != std::string::npos) {
      continue;
    }
    const bool given_up =
        line.find("retry timeout exceeded") != std::string::npos ||
        line.find("failing for a long time") != std::string::npos;
    if (flag == "==" && NotTried(line)) {
      ++expected.not_tried;
    } else if (flag == "==") {
      ++expected.outcomes[Outcome::kDeferred];
    } else if (flag == "**") {
      ++expected.outcomes[given_up ? Outcome::kExpired : Outcome::kBounced];
    } else {
      ++expected.outcomes[Outcome::kDelivered];
    }
  }
  return expected;
}

void ExpectDeliveries(const std::string& log, const Pipeline& pipeline) {
  std::map<Outcome, std::uint64_t> outcomes;
  for (const SeenEvent& event : pipeline.events) ++outcomes[event.outcome];
  const Deliveries expected = Expected(log);
  EXPECT_EQ(outcomes, expected.outcomes);
  EXPECT_EQ(pipeline.Counted(Cause::kRetryNotReached), expected.not_tried);
  EXPECT_EQ(pipeline.Counted(Cause::kBadSyntax), 0U);
  EXPECT_EQ(pipeline.LinesCounted(), Lines(log).size());
}

void LabLogGivesTrueReasons(const std::string& data, const std::string& name) {
  const std::string log = ReadFile(data + "/logs/" + name);
  const LabTruth truth(data + "/lab-truth.tsv");
  Pipeline pipeline;
  pipeline.Feed(log, kLabDay);
  EXPECT_GT(pipeline.events.size(), 300U);
  ExpectDeliveries(log, pipeline);
  EXPECT_TRUE(pipeline.letters.empty()) << pipeline.letters[0].value;
  for (const SeenEvent& event : pipeline.events) {
    ExpectTruth(truth, event);
    EXPECT_TRUE(event.has_sender) << event.recipient;
    EXPECT_NE(event.attempt, 0U) << event.recipient;
  }
}

// The reject log repeats the main log's lines, with the message's headers.
void RejectLogGivesNoEvents(const std::string& data) {
  const std::string log = ReadFile(data + "/logs/lab-exim-reject.log");
  Pipeline pipeline;
  pipeline.Feed(log, kLabDay);
  EXPECT_TRUE(pipeline.events.empty());
  EXPECT_EQ(pipeline.Counted(Cause::kInboundReject),
            CountOf(log, "\n2026-") + 1);
  EXPECT_EQ(pipeline.LinesCounted(), Lines(log).size());
}

// The suite's configurations log texts of their own from ACLs (logwrite), and
// its files have headings and lines broken in two. Such a line is a dead letter
// if no message id tells that it is Exim's; no other is.
void SuiteLogIsUnderstood(const std::string& data) {
  const std::string log = ReadFile(data + "/logs/exim-suite.log");
  Pipeline pipeline;
  pipeline.Feed(log);
  ExpectDeliveries(log, pipeline);
  static const std::regex kOfMessage(
      "^[0-9-]{10} [0-9:.]+ (\\[[0-9]+\\] )?[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-"
      "[0-9A-Za-z]{2,4}( .*|$)");
  static const std::regex kEximsOwn(
      "^[0-9-]{10} [0-9:.]+ (\\[[0-9]+\\] )?"
      "(H=|U=|exim |Start |End |SMTP |TLS |rejected |no host |Warning).*");
  for (const SeenLetter& letter : pipeline.letters) {
    EXPECT_EQ(letter.reason, Reject::kUnknownFormat) << letter.value;
    EXPECT_FALSE(std::regex_match(letter.value, kOfMessage)) << letter.value;
    EXPECT_FALSE(std::regex_match(letter.value, kEximsOwn)) << letter.value;
  }
}

class Case : public testing::Test {
 public:
  explicit Case(std::function<void()> body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  std::function<void()> body_;
};

void Register(const std::string& name, const std::function<void()>& body) {
  testing::RegisterTest("EximReferenceData", name.c_str(), nullptr, nullptr,
                        __FILE__, __LINE__,
                        [body]() -> testing::Test* { return new Case(body); });
}

const bool kRegistered = [] {
  const std::string data = ReferenceData();
  if (data.empty()) return false;
  for (const std::string name :
       {"lab-exim-default.log", "lab-exim-all-selectors.log"}) {
    Register("EventsAndReasonsOf_" + name,
             [=] { LabLogGivesTrueReasons(data, name); });
  }
  Register("RejectLogGivesNoEvents", [=] { RejectLogGivesNoEvents(data); });
  Register("SuiteLogIsUnderstood", [=] { SuiteLogIsUnderstood(data); });
  return true;
}();

}  // namespace
}  // namespace ricochet
