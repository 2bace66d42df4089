#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "observe/http_connection.h"
#include "observe/http_pool.h"
#include "observe/http_tls.h"

struct pollfd;

namespace ricochet {

// Accepts clients, and carries their octets, all of them on one thread: a slow
// client costs memory and a file descriptor, never a thread. Only a request
// that has arrived whole is given to the pool, whose threads make answers.
//
// Bounded: when kMostClients are there, or kMostUnsent octets wait for those
// who do not take them, the one that has been at it for longest is turned out.
// A client that sends its request at once is hardly ever that one.
class HttpLoop {
 public:
  static constexpr std::size_t kMostClients = 256;
  static constexpr std::size_t kMostUnsent = std::size_t{32} << 20U;

  enum class Refusal { kTooSlow, kTooLarge, kNoTls, kTooMany };
  // Whole answers, as octets.
  struct Answers {
    // Called on the pool's threads, several at a time.
    std::function<std::string(std::string_view request)> request;
    // To a client whose request is not looked at.
    std::function<std::string(Refusal)> refusal;
  };

  // `listening` is a socket that is bound and listens; it is closed at the end.
  // `tls` must outlive this object; null: without.
  HttpLoop(int listening, const HttpTls* tls, Answers answers);
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  // Until Stop(), and until those who were being answered then have ended.
  // Once, on a thread of its own.
  void Run();
  // Any thread.
  void Stop();

 private:
  // Also held by the pool's tasks, while they make its answer.
  using Client = std::shared_ptr<HttpConnection>;
  using Clock = HttpConnection::Clock;

  [[nodiscard]] bool Ended() const;
  void Close();
  std::vector<pollfd> Wait();
  void Accept();
  void AcceptOne(int socket);
  void NoneToSpare();
  void MoveAll(const std::vector<pollfd>& waited);
  void Advance(const Client& client);
  void GiveToPool(const Client& client);
  void TakeAnswered();
  void Bound();
  void Wake() const;

  const HttpTls* const tls_;
  const Answers answers_;
  const int wake_;  // eventfd(2): an answer is there, or Stop()
  std::atomic<bool> stopping_ = false;

  // Of the thread that runs.
  int listening_;
  Clock::time_point accept_at_;  // not before
  std::vector<Client> clients_;  // but for `asking_`; the oldest first
  std::size_t asking_ = 0;       // given to the pool

  struct Answered {
    Client client;
    std::string answer;
  };
  std::mutex mutex_;
  std::vector<Answered> answered_;  // guarded by mutex_

  HttpPool pool_;  // the last: its threads use the others
};

}  // namespace ricochet
