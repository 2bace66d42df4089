#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/config.h"
#include "app/rules.h"
#include "app/web_api.h"
#include "classify/handoff.h"
#include "classify/ruleset.h"
#include "observe/collector.h"
#include "observe/http.h"
#include "observe/published_counts.h"
#include "ricochet/result.h"
#include "stream/group_watch.h"
#include "stream/worker.h"
#include "stream/worker_status.h"

namespace ricochet {

// The running program: the workers of the configured stages, each on its own
// thread, and the HTTP server that tells how they do.
// Owned by one thread. Workers share nothing but what they publish: counters,
// status, and the slot where reloaded rules are handed over.
class Service {
 public:
  // Starts everything. Fails before any worker runs.
  [[nodiscard]] static Result<std::unique_ptr<Service>> Start(
      const Config& config, const Rules& rules);

  // Stops as Stop() does.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Gives every worker of the first stage the rules of `book`, each compiled
  // here, which it takes between two batches. Fails, and leaves the old ones in
  // place, when they do not compile or name other providers, whose numbers are
  // in use. Called by one thread.
  [[nodiscard]] Result<void> Reload(std::shared_ptr<const RuleBook> book);
  // Destroys the rules that workers have replaced since. To be called now and
  // then by the thread that calls Reload().
  void DropOldRules() noexcept;
  // Warns of hosts whose records have no key, if there are any; once every ten
  // minutes. To be called now and then by one thread.
  void WarnOfUnkeyedHosts();
  // Reloads that failed before they came here count too.
  void CountFailedReload() noexcept { ++failed_reloads_; }

  // Of a backfill: all input has been read. Ends the workers of the first
  // stage, so that no more comes, and lets the others tell their windows.
  // Called by one thread, once.
  void EndInput();

  // A worker has ended by itself: the service cannot do its work.
  [[nodiscard]] bool failed() const noexcept { return failed_.load(); }

  // Asks all workers to commit what is open and to end, and waits for them: no
  // longer than the configured deadline. The first error of any worker.
  [[nodiscard]] Result<void> Stop();

  // Of the HTTP server; 0: none.
  [[nodiscard]] int http_port() const;

  // The sums of all workers' published counts.
  void ReadCounts(Counts& sum) const;
  // Final outcomes that were too old to be evidence.
  [[nodiscard]] std::uint64_t evidence_withheld() const;

 private:
  // One worker with what other threads see of it.
  struct Slot {
    explicit Slot(std::size_t sender_domains) : counts(sender_domains) {}

    std::string stage;
    std::vector<std::string> topics;
    PublishedCounts counts;
    WorkerStatus status;
    Handoff<Ruleset> reload;
    std::unique_ptr<Worker> worker;
    Result<void> outcome;
    std::jthread thread;
  };

  Service(const Config& config, const Rules& rules);

  Result<void> AddWorkers(const std::string& stage, int workers);
  // Of a stage whose members are static.
  Result<void> AddWatch(const std::string& stage,
                        std::vector<std::string> instance_ids);
  Result<std::unique_ptr<Stage>> MakeStage(Slot& slot);
  [[nodiscard]] Result<WorkerOptions> OptionsOf(const Slot& slot, int number);
  [[nodiscard]] std::vector<const PublishedCounts*> Published() const;
  [[nodiscard]] MetricSources Sources() const;
  Result<std::vector<HttpRoute>> MakeRoutes();
  Result<void> StartHttp();
  [[nodiscard]] std::vector<StageSample> Samples() const;
  [[nodiscard]] std::vector<std::string> NotReady() const;
  [[nodiscard]] static std::string WhyNotReady(const Slot& slot);
  [[nodiscard]] std::string RulesetHash() const;

  const Config config_;
  const Rules rules_;  // at the start
  mutable std::mutex hash_mutex_;
  std::string ruleset_hash_;  // of the rules in use
  std::atomic<std::uint64_t> reloads_{0};
  std::atomic<std::uint64_t> failed_reloads_{0};
  std::atomic<bool> failed_{false};
  std::stop_source input_ended_;
  std::chrono::steady_clock::time_point next_look_at_hosts_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<GroupWatch> watches_;  // until they are started
  std::unique_ptr<GroupWatching> watching_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<WebApi> web_;  // null: no page
  std::unique_ptr<HttpServer> http_;
};

}  // namespace ricochet
