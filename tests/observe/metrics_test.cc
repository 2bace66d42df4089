#include "observe/metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "observe/collector.h"

namespace ricochet {
namespace {

TEST(Metrics, NamesFollowTheConvention) {
  std::set<std::string_view> names;
  for (const MetricInfo& info : kMetrics) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(info.name.starts_with("ricochet_")) << info.name;
    EXPECT_EQ(info.name.ends_with("_total"), info.kind == MetricKind::kCounter)
        << info.name;
    EXPECT_TRUE(info.help.ends_with('.')) << info.name;
  }
}

TEST(Metrics, NoLabelCanHoldAnAddressOrText) {
  const std::set<std::string> allowed = {
      "mta", "fate", "cause", "provider", "outcome", "kind", "reason", "scope",
      "action", "decided_by", "authority", "stage", "topic", "result",
      "partition", "hash", "version", "compiler", "librdkafka", "re2",
      // Bounded: by what is configured, by the rules, by names in the code.
      "stream", "sender_domain", "rule", "label", "direction"};
  for (const MetricInfo& info : kMetrics) {
    std::istringstream labels{std::string(info.labels)};
    for (std::string label; std::getline(labels, label, ',');) {
      EXPECT_TRUE(allowed.contains(label)) << info.name << " " << label;
    }
  }
}

TEST(Metrics, PageInTheRepositoryIsUpToDate) {
  const std::string path = RICOCHET_SOURCE_DIR "/docs/metrics.md";
  if (std::getenv("RICOCHET_UPDATE_DOCS") != nullptr) {
    std::ofstream(path) << MetricsMarkdown();
  }
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), MetricsMarkdown())
      << "docs/metrics.md is out of date: run this test with "
         "RICOCHET_UPDATE_DOCS=1";
}

// Everything exported at once, as Prometheus' own linter sees it.
class Promtool : public testing::Test {
 public:
  void TestBody() override {
    const auto worker = std::make_unique<PublishedCounts>();
    const auto counts = std::make_unique<Counts>();
    ForEachCountsCell(
        *counts, []<class Cell>(Cell& cell, std::size_t) { cell = Cell{1}; });
    worker->Add(*counts);
    MetricSources sources;
    sources.workers = {worker.get()};
    sources.ruleset_hash = [] { return std::string("aa"); };
    sources.stages = [] {
      return std::vector<StageSample>{{.stage = "attempts",
                                       .committed = 1,
                                       .aborted = 0,
                                       .batch_bounds = {1},
                                       .batch_counts = {1, 0},
                                       .batch_seconds = 0.5,
                                       .lags = {{"mail.logs", 0, 1, 2.0}}}};
    };
    std::FILE* const promtool = popen("promtool check metrics 2>&1", "w");
    ASSERT_NE(promtool, nullptr);
    const std::string text = MetricsText(Collector(sources));
    EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), promtool), text.size());
    EXPECT_EQ(pclose(promtool), 0);
  }
};

// There only where promtool is installed.
const bool kRegistered = [] {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) return false;
  testing::RegisterTest("Promtool", "FindsNothingWrong", nullptr, nullptr,
                        __FILE__, __LINE__, [] { return new Promtool; });
  return true;
}();

}  // namespace
}  // namespace ricochet
