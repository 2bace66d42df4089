#include "observe/http_pool.h"

#include <utility>

#include "observe/low_priority.h"

namespace ricochet {
namespace {

thread_local bool refusing_now = false;

}  // namespace

bool HttpPool::refusing() noexcept { return refusing_now; }

HttpPool::HttpPool(std::size_t threads, std::size_t waiting)
    : waiting_(waiting) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Serve(); });
  }
}

void HttpPool::enqueue(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (open_ && tasks_.size() < waiting_) {
      tasks_.push_back(std::move(task));
      changed_.notify_one();
      return;
    }
  }
  Refuse(task);
}

void HttpPool::shutdown() {
  std::deque<std::function<void()>> left;
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
    left.swap(tasks_);
  }
  changed_.notify_all();
  for (const auto& task : left) Refuse(task);
  for (auto& thread : threads_) thread.join();
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

void HttpPool::Refuse(const std::function<void()>& task) {
  refusing_now = true;
  task();
  refusing_now = false;
}

}  // namespace ricochet
