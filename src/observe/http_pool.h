#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ricochet {

// The threads that make answers, at a low priority: who asks never takes the
// processor from who works.
class HttpPool {
 public:
  // `waiting`: how many tasks may wait for a thread.
  HttpPool(std::size_t threads, std::size_t waiting);
  ~HttpPool();
  HttpPool(const HttpPool&) = delete;
  HttpPool& operator=(const HttpPool&) = delete;

  // False: too many wait already.
  [[nodiscard]] bool Add(std::function<void()> task);
  // Does what was added, and nothing more. Waits for it. May be repeated.
  void Close();

 private:
  void Serve();

  const std::size_t waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;  // guarded by mutex_
  bool open_ = true;                         // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace ricochet
