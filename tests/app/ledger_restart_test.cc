// Evidence folded by one owner from end to end, and by many who crash, abort
// and hand over: the same is published.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/difference.h"
#include "app/ledger_stage.h"
#include "ledger/ledger_sample.h"
#include "ledger/random_inputs.h"
#include "ledger/rates_sample.h"
#include "publish/count_evidence.h"
#include "publish/evidence.h"
#include "stream/memory_transport.h"
#include "stream/worker.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Lines = std::vector<std::string>;

constexpr std::array kPartitions = {Partition{0, 0}, Partition{0, 1}};

// A record of the evidence topic.
struct Told {
  Partition partition;  // of its key
  std::string value;
};

Told ToldOf(const OutputRecord& record) {
  return {kPartitions[TextHash{}(record.key) % 2], std::string(record.value)};
}

std::vector<Told> Outcomes(unsigned seed) {
  EvidenceEncoder encoder;
  std::vector<Told> all;
  for (const auto& input : RandomInputs(seed, 400).all) {
    all.push_back(std::visit(
        [&](const auto& evidence) {
          return ToldOf(encoder.ToRecord(evidence));
        },
        input));
  }
  return all;
}

// Of three hours, so that no order of them makes any late.
std::vector<Told> Counts(unsigned seed) {
  std::mt19937 dice(seed);
  CountEvidenceEncoder encoder;
  std::vector<Told> all;
  for (int i = 0; i < 300; ++i) {
    std::vector<CountRow> rows(1 + dice() % 3);
    for (auto& row : rows) {
      row.stream = "default";
      row.provider = dice() % 2 == 0 ? "google" : "other";
      row.minute = Clock(12, static_cast<Minute>(dice() % 180));
      row.numbers[RateUnit::kAttempts] = row.numbers[RateUnit::kDelivered] =
          static_cast<RateCount>(1 + dice() % 5);
    }
    all.push_back(ToldOf(encoder.ToRecord(
        {.tenant = "default",
         .sender_domain = dice() % 2 == 0 ? "shop.example" : "news.example",
         .rows = rows})));
  }
  return all;
}

std::vector<Told> Both(std::vector<Told> outcomes, unsigned seed) {
  std::mt19937 dice(seed);
  auto counts = Counts(7);
  std::ranges::shuffle(counts, dice);
  std::vector<Told> all;
  while (!outcomes.empty() || !counts.empty()) {
    auto& from = counts.empty() || (!outcomes.empty() && dice() % 2 == 0)
                     ? outcomes
                     : counts;
    all.push_back(std::move(from.back()));
    from.pop_back();
  }
  return all;
}

struct Published {
  Lines suppressions;  // every record, sorted
  Lines history;
  Lines list;     // what is in force in the end
  Lines windows;  // the last word on each
};

// But for how often it was told.
std::string WindowOf(std::string_view value) {
  auto window = json::parse(value);
  window["window"].erase("revision");
  return window.dump();
}

Published Sorted(const MemoryTransport& cluster) {
  Published all;
  std::map<std::string, std::string> list;
  std::map<std::string, std::string> windows;
  for (const auto& output : cluster.committed_outputs()) {
    if (output.topic == Topic::kSuppressions) {
      all.suppressions.push_back(output.key + " " + output.value);
      if (output.tombstone) {
        list.erase(output.key);
      } else {
        list[output.key] = output.value;
      }
    } else if (output.topic == Topic::kSuppressionHistory) {
      all.history.push_back(output.key + " " + output.value);
    } else if (output.topic == Topic::kBounceRates) {
      windows[output.key] = WindowOf(output.value);
    }
  }
  std::ranges::sort(all.suppressions);
  std::ranges::sort(all.history);
  for (const auto& [key, value] : list) all.list.push_back(key + " " + value);
  for (const auto& [key, value] : windows) all.windows.push_back(value);
  std::ranges::sort(all.windows);
  return all;
}

// What happens to a worker at a poll, now and then.
void Disturb(MemoryTransport& cluster, std::mt19937& dice) {
  using Kind = Rebalance::Kind;
  const auto what = dice() % 10;
  if (what < 3) {
    return cluster.FailNextCommit({Recovery::kAbort, false, {}});
  }
  const Partition p = kPartitions[dice() % 2];
  cluster.Push({dice() % 2 == 0 ? Kind::kRevoke : Kind::kLost, {p}});
  cluster.Push({Kind::kAssign, {p}});
  // The worker waits a second before it connects anew.
  if (dice() % 60 == 0) {
    cluster.FailNextCommit({Recovery::kReopen, false, {}});
  }
}

Published PublishedOf(const std::vector<Told>& records, int percent,
                      unsigned seed) {
  auto owned = std::make_unique<MemoryTransport>();
  MemoryTransport& cluster = *owned;
  cluster.state_topic_partitions = 2;
  cluster.batch_records = 7;
  for (const auto& record : records) {
    cluster.Append(record.partition, record.value, Day(90));
  }
  // So early that nothing expires while evidence comes in any order; then so
  // late that all windows are over, and some suppressions.
  EventTime now = Day(1);
  std::stop_source stop;
  int idle = 0;
  cluster.when_idle = [&] {
    if (++idle == 12) stop.request_stop();
    if (idle > 4) now += 2min;
    if (idle != 4) return;
    now = Day(90);
    EvidenceEncoder encoder;
    const auto value =
        encoder.Encode(At(DeliveredTo(Day(85)), "z@example.org"));
    for (const auto p : kPartitions) {
      cluster.Append(p, std::string(value), Day(90));
    }
  };
  std::mt19937 dice(seed);
  int disturbed = 0;
  cluster.before_poll = [&] {
    if (idle > 0) return cluster.FailNoCommit();
    if (static_cast<int>(dice() % 100) >= percent) return;
    ++disturbed;
    Disturb(cluster, dice);
  };
  auto counts = std::make_unique<PublishedCounts>();
  WorkerOptions options;
  options.stage_name = "ledger";
  options.input_topics = {"ricochet.evidence"};
  options.keyed_input = true;
  options.commit_interval = 0ms;
  WorkerStatus status;
  Worker worker(options, std::move(owned),
                std::make_unique<LedgerStage>(
                    LedgerStageSettings{.cluster = "test",
                                        .topics = {"ricochet.evidence"},
                                        .suppressions = "mail.suppressions",
                                        .suppression_history = "history",
                                        .bounce_rates = "mail.bounce-rates"},
                    std::make_shared<const Policy>(Shipped()),
                    [](Reason) { return std::string_view(); }, *counts,
                    [&now] { return now; }),
                status, {}, [&now] { return now; });
  const auto ended = worker.Run(stop.get_token());
  EXPECT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_EQ(disturbed > 0, percent > 0);
  return Sorted(cluster);
}

class LedgerRestart : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Random, LedgerRestart, testing::Range(1U, 6U));

TEST_P(LedgerRestart, PublishesTheSameAsNone) {
  const auto records = Both(Outcomes(GetParam()), GetParam());
  const auto expected = PublishedOf(records, 0, 0);
  EXPECT_GT(expected.list.size(), 1U);
  EXPECT_GT(expected.history.size(), expected.list.size());
  EXPECT_GT(expected.windows.size(), 400U);
  for (const int percent : {3, 30}) {
    const auto disturbed = PublishedOf(records, percent, GetParam());
    EXPECT_EQ(Difference(disturbed.suppressions, expected.suppressions), "");
    EXPECT_EQ(disturbed.suppressions.size(), expected.suppressions.size());
    EXPECT_EQ(Difference(disturbed.history, expected.history), "");
    EXPECT_EQ(disturbed.history.size(), expected.history.size());
    EXPECT_EQ(Difference(disturbed.windows, expected.windows), "");
    EXPECT_EQ(disturbed.windows.size(), expected.windows.size());
  }
}

TEST_P(LedgerRestart, OrderAndRepetitionOfEvidenceChangeNothingInTheEnd) {
  const auto outcomes = Outcomes(GetParam());
  const auto expected = PublishedOf(Both(outcomes, GetParam()), 0, 0);
  std::mt19937 dice(GetParam());
  for (unsigned round = 0; round < 3; ++round) {
    auto again = outcomes;
    again.insert(again.end(), outcomes.begin(),
                 outcomes.begin() + std::ssize(outcomes) / 2);
    std::ranges::shuffle(again, dice);
    const auto disturbed =
        PublishedOf(Both(again, round), 10, GetParam() + round);
    EXPECT_EQ(Difference(disturbed.list, expected.list), "");
    EXPECT_EQ(disturbed.list.size(), expected.list.size());
    EXPECT_EQ(Difference(disturbed.windows, expected.windows), "");
    EXPECT_EQ(disturbed.windows.size(), expected.windows.size());
  }
}

// What is told of a change follows from the one before it: an entry that was
// lost, or taken over twice, would begin twice or end without a beginning.
TEST_P(LedgerRestart, HistoryTellsEachBeginningAndEndInTurn) {
  const auto published =
      PublishedOf(Both(Outcomes(GetParam()), GetParam()), 30, GetParam());
  std::map<std::string, std::map<std::string, int>> changes;
  for (const auto& line : published.history) {
    const auto change = json::parse(line.substr(line.find(' ') + 1));
    const auto entry = fmt::format(
        "{} {} {}", change["scope"].dump(), change["sender_domain"].dump(),
        change["recipient"].dump() + change["domain"].dump());
    ++changes[entry][change["change"]];
  }
  std::size_t in_force = 0;
  for (auto& [entry, counts] : changes) {
    const int open = counts["suppress"] - counts["release"] - counts["expire"];
    EXPECT_TRUE(open == 0 || open == 1) << entry << ": " << open;
    in_force += static_cast<std::size_t>(open);
  }
  const auto lifted =
      std::ranges::count_if(published.list, [](const std::string& line) {
        return line.find(R"("action":"release")") != line.npos;
      });
  EXPECT_EQ(lifted, 0);
  EXPECT_EQ(in_force, published.list.size());
}

}  // namespace
}  // namespace ricochet
