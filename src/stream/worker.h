#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

#include "ricochet/result.h"
#include "ricochet/stage.h"
#include "ricochet/wall_clock.h"
#include "stream/kafka_config.h"
#include "stream/log.h"
#include "stream/stage_loop.h"
#include "stream/transport.h"
#include "stream/worker_options.h"
#include "stream/worker_status.h"

namespace ricochet {

// Runs one stage over one transport, on the thread that calls Run(): connects,
// connects anew when a connection fails, gives up when that is in vain.
// `status` must outlive it and is written by that thread alone. The log hook
// is called on that thread.
class Worker {
 public:
  Worker(WorkerOptions options, KafkaSettings settings,
         std::unique_ptr<Stage> stage, WorkerStatus& status, LogHook log = {});
  Worker(WorkerOptions options, std::unique_ptr<Transport> transport,
         std::unique_ptr<Stage> stage, WorkerStatus& status, LogHook log = {},
         WallClock clock = SystemNow);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Returns nothing when stopped, or the error that it ended with. A stop is
  // noticed within a second; what is open is then committed, and the whole
  // takes no longer than `stop_deadline`.
  [[nodiscard]] Result<void> Run(std::stop_token stop);

 private:
  using Clock = std::chrono::steady_clock;

  Result<void> Supervise(const std::stop_token& stop);
  Transported<void> RunConnection(const std::stop_token& stop);
  // Whether to open the connection anew, or the error to end with.
  Result<void> Survive(const TransportError& error);
  void WaitBeforeReopen(const std::stop_token& stop);

  const WorkerOptions options_;
  StreamLog log_;
  WorkerStatus& status_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Stage> stage_;
  StageLoop loop_;
  std::optional<Clock::time_point> last_fenced_;
};

}  // namespace ricochet
