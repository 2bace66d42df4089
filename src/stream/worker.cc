#include "stream/worker.h"

#include <fmt/format.h>

#include <condition_variable>
#include <exception>
#include <mutex>

#include "stream/kafka_transport.h"

namespace ricochet {
namespace {
constexpr std::chrono::minutes kFencingMemory{1};
constexpr std::chrono::seconds kReopenWait{1};
constexpr std::chrono::milliseconds kFailedClose{3'000};
}  // namespace

// The transport refers to options_ and log_, which are constructed before it.
Worker::Worker(WorkerOptions options, KafkaSettings settings,
               std::unique_ptr<Stage> stage, WorkerStatus& status, LogHook log)
    : options_(std::move(options)),
      log_(std::move(log)),
      status_(status),
      transport_(std::make_unique<KafkaTransport>(options_, std::move(settings),
                                                  &log_)),
      stage_(std::move(stage)),
      loop_(options_, *transport_, *stage_, status_, log_, SystemNow) {}

Worker::Worker(WorkerOptions options, std::unique_ptr<Transport> transport,
               std::unique_ptr<Stage> stage, WorkerStatus& status, LogHook log,
               WallClock clock)
    : options_(std::move(options)),
      log_(std::move(log)),
      status_(status),
      transport_(std::move(transport)),
      stage_(std::move(stage)),
      loop_(options_, *transport_, *stage_, status_, log_, std::move(clock)) {}

Result<void> Worker::Run(std::stop_token stop) {
  Result<void> ended;
  try {
    ended = Supervise(stop);
  } catch (const std::exception& thrown) {
    ended = Fail(
        ErrorCode::kKafka,
        fmt::format("stage {} failed: {}", options_.stage_name, thrown.what()));
    transport_->Close(kFailedClose);
  }
  if (ended) {
    status_.set_state(WorkerState::kStopped);
    return ended;
  }
  status_.set_last_error(ended.error().message);
  status_.set_state(WorkerState::kFailed);
  log_.Write(LogLevel::kError, StreamEvent::kLifecycle,
             fmt::format("{}: {}", options_.stage_name, ended.error().message));
  return ended;
}

Result<void> Worker::Supervise(const std::stop_token& stop) {
  while (true) {
    const auto ended = RunConnection(stop);
    if (ended) return {};
    loop_.Forget();
    transport_->Close(kFailedClose);
    if (auto survived = Survive(ended.error()); !survived) return survived;
    // Stopping without a commit loses nothing: the next start reads it again.
    if (stop.stop_requested()) return {};
    WaitBeforeReopen(stop);
  }
}

Transported<void> Worker::RunConnection(const std::stop_token& stop) {
  // Stays broker_down while it is, so that readiness does not flap.
  if (status_.state() != WorkerState::kBrokerDown) {
    status_.set_state(WorkerState::kStarting);
  }
  if (auto opened = transport_->Open(stop); !opened) return opened;
  while (!stop.stop_requested()) {
    if (auto done = loop_.Step(); !done) return done;
  }
  status_.set_state(WorkerState::kStopping);
  if (auto finished = loop_.Finish(); !finished) return finished;
  transport_->Close(options_.stop_deadline / 2);
  return {};
}

Result<void> Worker::Survive(const TransportError& error) {
  status_.set_last_error(error.error.message);
  if (error.recovery == Recovery::kStop) return Fail(error.error);
  if (error.recovery == Recovery::kFenced) {
    status_.fenced.Add();
    const auto now = Clock::now();
    if (last_fenced_ && now - *last_fenced_ < kFencingMemory) {
      return Fail(ErrorCode::kFenced,
                  fmt::format("two processes share the id {}: give each "
                              "process its own (fenced twice in a minute; {})",
                              options_.instance_id, error.error.message));
    }
    last_fenced_ = now;
  } else {
    status_.set_state(WorkerState::kBrokerDown);
  }
  status_.reopened.Add();
  log_.Write(LogLevel::kWarning, StreamEvent::kLifecycle,
             fmt::format("{}: connecting anew: {}", options_.stage_name,
                         error.error.message));
  return {};
}

void Worker::WaitBeforeReopen(const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any stopped;
  stopped.wait_for(lock, stop, kReopenWait, [] { return false; });
}

}  // namespace ricochet
