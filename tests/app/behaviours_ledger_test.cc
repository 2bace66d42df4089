// What users of such tools suffer from: from the log line to the list of
// suppressions, with the rules and the policy as they are shipped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/pipeline.h"
#include "app/rules.h"
#include "ledger/evidence_of.h"
#include "ledger/suppress.h"

namespace ricochet {
namespace {

// Both stages in memory.
class Stages final : private SuppressionSink {
 public:
  explicit Stages(AttemptsSettings settings = {})
      : pipeline(std::move(settings)) {
    pipeline.on_event = [this](const DeliveryEvent& event) {
      const auto evidence = EvidenceOf(event, scratch_);
      if (!evidence) return;
      suppressor.Add(*evidence, offset_++, *this);
      if (const auto domain = DomainEvidenceOf(*evidence)) {
        suppressor.Add(*domain, offset_++, *this);
      }
    };
  }

  // What a server said to `recipient`, as Postfix logs it on day `day`.
  void Refused(int day, std::string_view recipient, std::string_view reply,
               std::string_view host = "mx.example.org") {
    const int id = lines_++;
    const auto feed = [&](std::string_view text) {
      pipeline.Feed(
          fmt::format("2026-11-{:02}T10:00:00.000000+00:00 mx1 "
                      "postfix/{}",
                      day, text));
    };
    feed(
        fmt::format("qmgr[7]: {:010X}A: from=<news@shop.example>, size=9, "
                    "nrcpt=1 (queue active)",
                    id));
    feed(
        fmt::format("smtp[7]: {:010X}A: to=<{}>, relay={}[192.0.2.7]:25, "
                    "delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (host "
                    "{}[192.0.2.7] said: {} (in reply to RCPT TO command))",
                    id, recipient, host, host, reply));
    feed(fmt::format("qmgr[7]: {:010X}A: removed", id));
  }

  std::uint64_t Bounces(Reason reason) const {
    std::uint64_t sum = 0;
    for (const auto& reasons : pipeline.counts->bounces) {
      for (const auto count : reasons[static_cast<std::size_t>(reason)]) {
        sum += count;
      }
    }
    return sum;
  }

  Pipeline pipeline;
  std::vector<std::string> told;

 private:
  void OnChange(SuppressionChange change, const SuppressionEntry& entry,
                const SuppressionOrigin&) override {
    if (change == SuppressionChange::kBegan) {
      told.emplace_back(entry.recipient);
    }
  }

  const Rules rules_ = *LoadRules("");
  AddressScratch scratch_;
  Offset offset_ = 0;
  int lines_ = 1;

 public:
  Suppressor suppressor{*rules_.policy};
};

// Row 1, hyvor/relay#258: one listed IP, and every recipient was suppressed.
TEST(Behaviours, TenThousandBlocklistRefusalsSuppressNobody) {
  Stages stages;
  for (int i = 0; i < 10'000; ++i) {
    stages.Refused(1 + i % 20, fmt::format("user{}@example.org", i),
                   "550 5.7.1 Service unavailable; client [192.0.2.9] blocked "
                   "using zen.spamhaus.org");
  }
  EXPECT_EQ(stages.Bounces(Reason::kBlocklisted), 10'000U);
  EXPECT_EQ(stages.told, std::vector<std::string>());
  EXPECT_EQ(stages.suppressor.suppressed() + stages.suppressor.watched(), 0U);
}

// The same stages do suppress.
TEST(Behaviours, UnknownUserIsSuppressedAtOnce) {
  Stages stages;
  stages.Refused(1, "ann@example.org", "550 5.1.1 no such user");
  EXPECT_EQ(stages.told, std::vector<std::string>{"ann@example.org"});
}

// Row 18, mailman#624: a refusal of the content counts against nobody.
TEST(Behaviours, RefusedContentSuppressesNobody) {
  Stages stages;
  for (int day = 1; day <= 30; ++day) {
    stages.Refused(day, "ann@example.org",
                   "552-5.7.0 This message was blocked because its content "
                   "presents a potential\n552 5.7.0 security issue.",
                   "gmail-smtp-in.l.google.com");
  }
  ASSERT_EQ(stages.pipeline.events.size(), 30U);
  EXPECT_EQ(stages.pipeline.events[0].verdict.fault, Fault::kContent);
  EXPECT_EQ(stages.suppressor.suppressed() + stages.suppressor.watched(), 0U);
}

// A relay of ours that refuses us says nothing about the recipients behind it.
TEST(Behaviours, RefusalByOurOwnRelaySuppressesNobody) {
  for (const bool ours : {true, false}) {
    AttemptsSettings settings;
    if (ours) settings.relays = {"relay.shop.example"};
    Stages stages(settings);
    for (int day = 1; day <= 10; ++day) {
      stages.Refused(day, "ann@example.org", "550 5.1.1 unknown user",
                     "relay.shop.example");
    }
    EXPECT_EQ(stages.told.empty(), ours);
    EXPECT_EQ(stages.suppressor.watched(), 0U);
  }
}

// Complaints reach the list from KumoMTA's log.
TEST(Behaviours, ComplaintSuppressesForItsSender) {
  Stages stages;
  stages.pipeline.Feed(
      R"({"type":"Feedback","id":"1d98","sender":"fbl@isp.example",)"
      R"("recipient":"fbl@shop.example","queue":"x","site":"","size":1047,)"
      R"("response":{"code":250,"enhanced_code":null,"content":"","command":)"
      R"(null},"peer_address":null,"timestamp":1795291200,"created":)"
      R"(1795291195,"num_attempts":0,"bounce_classification":"Uncategorized",)"
      R"("feedback_report":{"feedback_type":"abuse","original_mail_from":)"
      R"("news@shop.example","original_rcpt_to":[],"supplemental_trace":)"
      R"({"recipient":"ann@example.org"}},"nodeid":"557f"})");
  ASSERT_EQ(stages.pipeline.events.size(), 1U);
  const auto& event = stages.pipeline.events[0];
  EXPECT_EQ(event.outcome, Outcome::kComplaint);
  EXPECT_FALSE(event.final);
  EXPECT_EQ(event.verdict.reason, Reason::kComplaint);
  EXPECT_EQ(stages.told, std::vector<std::string>{"ann@example.org"});
  EXPECT_EQ(stages.pipeline.counts->reports[static_cast<std::size_t>(
                Mta::kKumoMta)][static_cast<std::size_t>(Kind::kNone)],
            1U);
  EXPECT_EQ(stages.pipeline.Counted(Cause::kReport), 1U);
}

}  // namespace
}  // namespace ricochet
