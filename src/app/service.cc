#include "app/service.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include "app/attempts_stage.h"
#include "app/config_units.h"
#include "app/ledger_stage.h"
#include "app/settings.h"
#include "app/topics.h"
#include "app/version.h"
#include "app/web_page.h"
#include "classify/examples.h"
#include "observe/log.h"
#include "ricochet/wall_clock.h"

namespace ricochet {
namespace {

constexpr std::string_view kAttemptsStage = "attempts";

Delivered DeliveredOf(DeliveredForm form) {
  switch (form) {
    case DeliveredForm::kFull:
      return Delivered::kFull;
    case DeliveredForm::kShort:
      return Delivered::kShort;
    case DeliveredForm::kOff:
      return Delivered::kOff;
  }
  return Delivered::kShort;
}

std::string HostName() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

Result<std::unique_ptr<Ruleset>> RulesetForWorker(
    const std::shared_ptr<const RuleBook>& book) {
  auto ruleset = Ruleset::Compile(book);
  if (ruleset) WarmUp(**ruleset);
  return ruleset;
}

LogHook LogOf(const std::string& worker) {
  return [worker](LogLevel level, StreamEvent event, std::string_view message) {
    Log(level, kStreamEventNames[static_cast<std::size_t>(event)], message,
        {{"worker", std::string_view(worker)}});
  };
}

// Nothing: no record was seen yet.
std::optional<double> EventLag(const PartitionLag& lag) {
  if (lag.lag == 0) return 0;
  if (lag.newest == kNoTime) return std::nullopt;
  const std::chrono::duration<double> age = SystemNow() - lag.newest;
  return std::max(age.count(), 0.0);
}

StageSample SampleOf(const std::string& stage,
                     const std::vector<std::string>& topics,
                     const WorkerStatus& status) {
  StageSample sample{.stage = stage,
                     .committed = status.committed.value(),
                     .aborted = status.aborted.value(),
                     .state_written = status.state_written.value(),
                     .state_restored = status.state_restored.value(),
                     .given_up = status.dead_lettered.value()};
  std::ranges::transform(status.offsets_lost, sample.offsets_lost.begin(),
                         &WorkerCounter::value);
  sample.batch_bounds.assign(kBatchSecondsBounds.begin(),
                             kBatchSecondsBounds.end());
  for (const WorkerCounter& bucket : status.batches) {
    sample.batch_counts.push_back(bucket.value());
  }
  sample.batch_seconds =
      static_cast<double>(status.batch_microseconds.value()) * 1e-6;
  for (const PartitionLag& lag : status.Lags()) {
    if (lag.lag < 0) continue;
    sample.lags.push_back(
        {.topic = topics[static_cast<std::size_t>(lag.partition.topic)],
         .partition = lag.partition.number,
         .records = lag.lag,
         .event_seconds = EventLag(lag)});
  }
  return sample;
}

}  // namespace

Result<std::unique_ptr<Service>> Service::Start(const Config& config,
                                                const Rules& rules) {
  std::unique_ptr<Service> service(new Service(config, rules));
  for (const std::string& stage : config.stages) {
    const int workers = stage == kAttemptsStage ? config.attempts.workers
                                                : config.ledger.workers;
    if (auto added = service->AddWorkers(stage, workers); !added) {
      return tl::unexpected(std::move(added.error()));
    }
  }
  if (auto started = service->StartHttp(); !started) {
    return tl::unexpected(std::move(started.error()));
  }
  for (auto& slot : service->slots_) {
    slot->thread = std::jthread(
        [&failed = service->failed_, slot = slot.get()](std::stop_token stop) {
          slot->outcome = slot->worker->Run(std::move(stop));
          if (!slot->outcome) failed.store(true);
        });
  }
  service->watching_ =
      std::make_unique<GroupWatching>(std::move(service->watches_));
  return service;
}

Service::Service(const Config& config, const Rules& rules)
    : config_(config), rules_(rules), ruleset_hash_(rules.book->hash()) {}

Service::~Service() { static_cast<void>(Stop()); }

Result<void> Service::AddWorkers(const std::string& stage, int workers) {
  std::vector<std::string> instance_ids;
  for (int number = 0; number < workers; ++number) {
    auto slot = std::make_unique<Slot>(
        static_cast<std::size_t>(config_.metrics.sender_domains));
    slot->stage = stage;
    slot->topics = stage == kAttemptsStage
                       ? config_.topics.logs
                       : std::vector{config_.topics.evidence};
    auto options = OptionsOf(*slot, number);
    if (!options) return tl::unexpected(std::move(options.error()));
    if (!options->instance_id.empty()) {
      instance_ids.push_back(options->instance_id);
    }
    auto made = MakeStage(*slot);
    if (!made) return tl::unexpected(std::move(made.error()));
    slot->worker = std::make_unique<Worker>(
        std::move(*options), KafkaSettingsOf(config_), std::move(*made),
        slot->status, LogOf(stage + "-" + std::to_string(number)));
    slots_.push_back(std::move(slot));
  }
  if (instance_ids.empty()) return {};
  return AddWatch(stage, std::move(instance_ids));
}

Result<void> Service::AddWatch(const std::string& stage,
                               std::vector<std::string> instance_ids) {
  auto watch =
      GroupWatch::Create({.group = GroupOf(config_, stage),
                          .topics = slots_.back()->topics,
                          .instance_ids = std::move(instance_ids),
                          .session_timeout = config_.kafka.session_timeout},
                         KafkaSettingsOf(config_), LogOf(stage + "-group"));
  if (!watch) return tl::unexpected(std::move(watch.error()));
  watches_.push_back(std::move(*watch));
  return {};
}

Result<std::unique_ptr<Stage>> Service::MakeStage(Slot& slot) {
  if (slot.stage != kAttemptsStage) {
    const auto names = rules_.book->provider_names();
    return std::make_unique<LedgerStage>(
        LedgerStageSettings{
            .cluster = config_.kafka.cluster,
            .topics = slot.topics,
            .suppressions = config_.topics.suppressions,
            .suppression_history = config_.topics.suppression_history,
            .bounce_rates =
                config_.rates.publish ? config_.topics.bounce_rates : "",
            .providers = {names.begin(), names.end()},
            .suppressor = SuppressorOptionsOf(config_),
            .rates = RatesOptionsOf(config_),
            .backfill = config_.backfill.name,
            .input_ended = input_ended_.get_token()},
        rules_.policy,
        [book = rules_.book](Reason reason) {
          return std::string_view(book->reason_text(reason).advice);
        },
        slot.counts, SystemNow);
  }
  auto ruleset = RulesetForWorker(rules_.book);
  if (!ruleset) return tl::unexpected(std::move(ruleset.error()));
  auto stage = AttemptsStage::Make(
      {.attempts = AttemptsSettingsOf(config_),
       .correlation = CorrelationLimitsOf(config_),
       .attribution = config_.attribution,
       .cluster = config_.kafka.cluster,
       .topics = slot.topics,
       .delivered = DeliveredOf(config_.events.delivered),
       .crosswalk = rules_.crosswalk,
       .evidence_from = config_.backfill.evidence_from,
       .sender_threshold =
           static_cast<std::uint64_t>(config_.metrics.sender_threshold)},
      std::move(*ruleset), slot.counts, &slot.reload);
  if (!stage) return tl::unexpected(std::move(stage.error()));
  return std::move(*stage);
}

Result<WorkerOptions> Service::OptionsOf(const Slot& slot, int number) {
  const Config::Kafka& kafka = config_.kafka;
  auto ordinal = Ordinal(config_, HostName());
  if (!ordinal) return tl::unexpected(std::move(ordinal.error()));
  WorkerOptions options{
      .stage_name = slot.stage,
      .group = GroupOf(config_, slot.stage),
      .input_topics = slot.topics,
      .output_topics = OutputTopicsOf(config_, slot.stage),
      .keyed_input = slot.stage != kAttemptsStage,
      .guarantee = kafka.guarantee,
      .commit_interval = kafka.commit_interval,
      .from_beginning = kafka.first_start == FirstStart::kEarliest,
      .input_is_old = !config_.backfill.name.empty(),
      .stop_deadline = kafka.stop_deadline,
      .session_timeout = kafka.session_timeout,
      .transaction_timeout = kafka.transaction_timeout};
  if (!ordinal->empty()) {
    options.instance_id =
        options.group + "-" + *ordinal + "-" + std::to_string(number);
  }
  return options;
}

std::vector<const PublishedCounts*> Service::Published() const {
  std::vector<const PublishedCounts*> published;
  for (const auto& slot : slots_) published.push_back(&slot->counts);
  return published;
}

MetricSources Service::Sources() const {
  MetricSources sources;
  sources.workers = Published();
  sources.stages = [this] { return Samples(); };
  sources.ruleset_hash = [this] { return RulesetHash(); };
  sources.ruleset_reloads = [this] {
    return std::array{reloads_.load(), failed_reloads_.load()};
  };
  const auto names = rules_.book->provider_names();
  sources.providers.assign(names.begin(), names.end());
  sources.streams = StreamNames(config_.attribution);
  sources.build = ThisBuild();
  sources.lines_only = !config_.backfill.name.empty();
  return sources;
}

// The page and its API; none in a backfill: old mail is not how the mail does.
Result<std::vector<HttpRoute>> Service::MakeRoutes() {
  if (!config_.backfill.name.empty()) return std::vector<HttpRoute>();
  auto rules = WebRules::Make(rules_, config_.rules.path);
  if (!rules) return tl::unexpected(std::move(rules.error()));
  web_ = std::make_unique<WebApi>(
      std::move(*rules), WebSources{.metrics = Sources(),
                                    .not_ready = [this] { return NotReady(); },
                                    .thresholds = RateThresholdsOf(config_),
                                    .clock = SystemNow});
  auto routes = web_->Routes();
  std::ranges::move(PageRoutes(), std::back_inserter(routes));
  return routes;
}

Result<void> Service::StartHttp() {
  collector_ = std::make_unique<Collector>(Sources());
  if (config_.http.listen.empty()) return {};
  const auto listen = ParseHostPort(config_.http.listen);
  if (!listen) {
    return Fail(ErrorCode::kConfig,
                "http.listen: '" + config_.http.listen + "' is not host:port");
  }
  auto routes = MakeRoutes();
  if (!routes) return tl::unexpected(std::move(routes.error()));
  auto server =
      HttpServer::Start(listen->host, listen->port,
                        {.metrics = [this] { return MetricsText(*collector_); },
                         .not_ready = [this] { return NotReady(); },
                         .routes = std::move(*routes)},
                        {.certificate_file = config_.http.tls_certificate,
                         .key_file = config_.http.tls_key,
                         .user = config_.http.user,
                         .password = config_.http.password});
  if (!server && !config_.backfill.name.empty()) {
    // The port is probably the live run's.
    Log(LogLevel::kWarning, "backfill.http",
        server.error().message + "; going on without /metrics");
    return {};
  }
  if (!server) return tl::unexpected(std::move(server.error()));
  http_ = std::move(*server);
  return {};
}

Result<void> Service::Reload(std::shared_ptr<const RuleBook> book) {
  if (!std::ranges::equal(book->provider_names(),
                          rules_.book->provider_names())) {
    return Fail(ErrorCode::kConfig,
                "other providers need a restart: metrics and events count by "
                "their numbers");
  }
  std::vector<std::unique_ptr<Ruleset>> compiled;
  for (const auto& slot : slots_) {
    if (slot->stage != kAttemptsStage) continue;
    auto ruleset = RulesetForWorker(book);
    if (!ruleset) return tl::unexpected(std::move(ruleset.error()));
    compiled.push_back(std::move(*ruleset));
  }
  if (web_ != nullptr) {
    auto rules =
        WebRules::Make({book, rules_.policy, nullptr}, config_.rules.path);
    if (!rules) return tl::unexpected(std::move(rules.error()));
    web_->Give(std::move(*rules));
  }
  for (const auto& slot : slots_) {
    if (slot->stage != kAttemptsStage) continue;
    slot->reload.Give(std::move(compiled.back()));
    compiled.pop_back();
  }
  const std::lock_guard lock(hash_mutex_);
  ruleset_hash_ = book->hash();
  ++reloads_;
  return {};
}

void Service::DropOldRules() noexcept {
  for (const auto& slot : slots_) slot->reload.Drop();
  if (web_ != nullptr) web_->DropOldRules();
}

void Service::WarnOfUnkeyedHosts() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_at_hosts_) return;
  const auto hosts = UnkeyedHosts(Published(), SystemNow());
  next_look_at_hosts_ = now + (hosts.empty() ? std::chrono::seconds(10)
                                             : std::chrono::minutes(10));
  if (hosts.empty()) return;
  const auto& [host, one, other] = hosts.front();
  Log(LogLevel::kWarning, "hosts.unkeyed",
      fmt::format("lines of {} host{} come in several partitions, such as {} "
                  "and {} of {}: senders and expiries get lost; the shipper is "
                  "to set the host as the records' key (docs/input.md)",
                  hosts.size(), hosts.size() == 1 ? "" : "s", one.number,
                  other.number,
                  config_.topics.logs[static_cast<std::size_t>(one.topic)]),
      {{"host", host}});
}

std::string Service::RulesetHash() const {
  const std::lock_guard lock(hash_mutex_);
  return ruleset_hash_;
}

Result<void> Service::Stop() {
  for (auto& slot : slots_) slot->thread.request_stop();
  watching_.reset();
  Result<void> outcome;
  for (auto& slot : slots_) {
    if (slot->thread.joinable()) slot->thread.join();
    if (!slot->outcome && outcome) outcome = slot->outcome;
  }
  if (http_ != nullptr) http_->Stop(std::chrono::seconds(1));
  return outcome;
}

void Service::EndInput() {
  for (auto& slot : slots_) {
    if (slot->stage == kAttemptsStage) slot->thread.request_stop();
  }
  for (auto& slot : slots_) {
    if (slot->stage == kAttemptsStage) slot->thread.join();
  }
  input_ended_.request_stop();
}

int Service::http_port() const { return http_ == nullptr ? 0 : http_->port(); }

void Service::ReadCounts(Counts& sum) const {
  for (const auto& slot : slots_) slot->counts.ReadInto(sum);
}

std::uint64_t Service::evidence_withheld() const {
  std::uint64_t sum = 0;
  for (const auto& slot : slots_) sum += slot->counts.evidence_withheld();
  return sum;
}

std::vector<StageSample> Service::Samples() const {
  std::vector<StageSample> samples;
  for (const auto& slot : slots_) {
    samples.push_back(SampleOf(slot->stage, slot->topics, slot->status));
  }
  return samples;
}

// Behind "attempts worker 0"; empty: it is.
std::string Service::WhyNotReady(const Slot& slot) {
  constexpr std::chrono::seconds kStuck{60};
  constexpr std::chrono::seconds kFailing{10};  // a move takes less
  const WorkerStatus& status = slot.status;
  const WorkerState state = status.state();
  if (state == WorkerState::kRunning) {
    if (const auto still = status.still(); still >= kStuck) {
      return fmt::format(" has not moved for {} s", still.count());
    }
    const auto failing = status.failing();
    return failing < kFailing
               ? std::string()
               : fmt::format(" has committed nothing for {} s: {}",
                             failing.count(), status.last_error());
  }
  const auto name = kWorkerStateNames[static_cast<std::size_t>(state)];
  if (state == WorkerState::kRestoring) {
    const auto [partition, percent] = status.restoring();
    return fmt::format(" is {}: {}[{}], {} % of the changelog read", name,
                       slot.topics[static_cast<std::size_t>(partition.topic)],
                       partition.number, percent);
  }
  const std::string error = status.last_error();
  return fmt::format(" is {}{}{}", name, error.empty() ? "" : ": ", error);
}

std::vector<std::string> Service::NotReady() const {
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    std::string reason = WhyNotReady(*slots_[i]);
    if (reason.empty()) continue;
    reasons.push_back(slots_[i]->stage + " worker " + std::to_string(i) +
                      reason);
  }
  return reasons;
}

}  // namespace ricochet
