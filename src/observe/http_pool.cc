#include "observe/http_pool.h"

#include <utility>

#include "observe/low_priority.h"

namespace ricochet {

HttpPool::HttpPool(std::size_t threads, std::size_t waiting)
    : waiting_(waiting) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Serve(); });
  }
}

HttpPool::~HttpPool() { Close(); }

bool HttpPool::Add(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (!open_ || tasks_.size() >= waiting_) return false;
  tasks_.push_back(std::move(task));
  changed_.notify_one();
  return true;
}

void HttpPool::Close() {
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  changed_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void HttpPool::Serve() {
  LowerThreadPriority();
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !open_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace ricochet
