#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ricochet {

// The threads that serve clients, at a low priority: who asks never takes the
// processor from who works. Clients beyond `threads` wait; those beyond
// `waiting` as well are refused at once, on the thread that accepts them.
class HttpPool final : public httplib::TaskQueue {
 public:
  HttpPool(std::size_t threads, std::size_t waiting);

  // Whether the task that runs on this thread is to refuse its client.
  [[nodiscard]] static bool refusing() noexcept;

  // httplib's side.
  void enqueue(std::function<void()> task) override;
  void shutdown() override;  // refuses who waits

 private:
  void Serve();
  static void Refuse(const std::function<void()>& task);

  const std::size_t waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;  // guarded by mutex_
  bool open_ = true;                         // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace ricochet
