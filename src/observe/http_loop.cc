#include "observe/http_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "observe/http_route.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;
using State = HttpConnection::State;
using Trouble = HttpConnection::Trouble;

constexpr std::size_t kThreads = 8;
constexpr std::size_t kMostWaiting = 32;  // whole requests
// Accepted in one go: then those who are there have their turn.
constexpr int kMostAccepted = 64;
constexpr milliseconds kPause{100};
constexpr HttpConnection::Limits kLimits{
    .octets = kLargestHttpBody + std::size_t{16} * 1024,
    .receiving = std::chrono::seconds(5),
    .sending = std::chrono::seconds(5)};

HttpLoop::Refusal RefusalOf(Trouble trouble) {
  switch (trouble) {
    case Trouble::kTooLarge:
      return HttpLoop::Refusal::kTooLarge;
    case Trouble::kNoTls:
      return HttpLoop::Refusal::kNoTls;
    default:
      return HttpLoop::Refusal::kTooSlow;
  }
}

// Of accept(2): the process, or the system, has no room for one more.
bool LacksRoom(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS ||
         error == ENOMEM;
}

}  // namespace

HttpLoop::HttpLoop(int listening, const HttpTls* tls, Answers answers)
    : tls_(tls),
      answers_(std::move(answers)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      listening_(listening),
      pool_(kThreads, kMostWaiting) {
  ::fcntl(listening_, F_SETFL, ::fcntl(listening_, F_GETFL) | O_NONBLOCK);
  // httplib's backlog is of five: who comes in a crowd would try again after a
  // second.
  ::listen(listening_, SOMAXCONN);
}

HttpLoop::~HttpLoop() {
  pool_.Close();
  Close();
  ::close(wake_);
}

void HttpLoop::Run() {
  while (!Ended()) {
    const auto waited = Wait();
    MoveAll(waited);
    TakeAnswered();
    if (stopping_) {
      Close();
    } else {
      Accept();
    }
    std::erase_if(clients_, [](const Client& client) {
      return client->state() == State::kEnded;
    });
  }
}

void HttpLoop::Stop() {
  stopping_ = true;
  Wake();
}

void HttpLoop::Wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

bool HttpLoop::Ended() const {
  return stopping_ && listening_ < 0 && asking_ == 0 && clients_.empty();
}

// Takes nobody in any more, and lets those go who have not asked.
void HttpLoop::Close() {
  if (listening_ >= 0) ::close(std::exchange(listening_, -1));
  std::erase_if(clients_, [](const Client& client) {
    return client->state() == State::kReceiving;
  });
}

// What happened to the wake-up, the listening socket, and the clients in order.
std::vector<pollfd> HttpLoop::Wait() {
  const auto now = Clock::now();
  const bool accept = now >= accept_at_;
  auto until = accept ? Clock::time_point::max() : accept_at_;
  std::vector<pollfd> waited;
  waited.reserve(clients_.size() + 2);
  waited.push_back({.fd = wake_, .events = POLLIN, .revents = 0});
  waited.push_back(
      {.fd = accept ? listening_ : -1, .events = POLLIN, .revents = 0});
  for (const auto& client : clients_) {
    until = std::min(until, client->due());
    waited.push_back(
        {.fd = client->socket(), .events = client->events(), .revents = 0});
  }
  int wait = -1;
  if (until != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<milliseconds>(until - now);
    wait = static_cast<int>(std::max(left, milliseconds(0)).count());
  }
  if (::poll(waited.data(), waited.size(), wait) < 0) {
    for (auto& each : waited) each.revents = 0;
  }
  if (waited.front().revents != 0) {
    std::uint64_t times = 0;
    [[maybe_unused]] const auto got = ::read(wake_, &times, sizeof times);
  }
  return waited;
}

void HttpLoop::MoveAll(const std::vector<pollfd>& waited) {
  const auto now = Clock::now();
  // They may be given away meanwhile, so the list is another's.
  auto clients = std::exchange(clients_, {});
  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (waited[i + 2].revents != 0) clients[i]->Move();
    if (now >= clients[i]->due()) clients[i]->Expire();
    Advance(clients[i]);
  }
}

// Keeps it, or gives it to who answers it.
void HttpLoop::Advance(const Client& client) {
  if (client->state() == State::kReceived) {
    if (client->trouble() == Trouble::kNone) return GiveToPool(client);
    client->Answer(answers_.refusal(RefusalOf(client->trouble())));
  }
  if (client->state() != State::kEnded) clients_.push_back(client);
}

void HttpLoop::GiveToPool(const Client& client) {
  const bool taken = pool_.Add([this, client] {
    auto answer = answers_.request(client->request());
    {
      const std::lock_guard lock(mutex_);
      answered_.push_back({client, std::move(answer)});
    }
    Wake();
  });
  if (taken) {
    ++asking_;
    return;
  }
  client->Answer(answers_.refusal(Refusal::kTooMany));
  Advance(client);
}

void HttpLoop::TakeAnswered() {
  std::vector<Answered> answered;
  {
    const std::lock_guard lock(mutex_);
    answered.swap(answered_);
  }
  asking_ -= answered.size();
  for (auto& [client, answer] : answered) {
    client->Answer(std::move(answer));
    Advance(client);
  }
  if (!answered.empty()) Bound();
}

// What waits for clients is no more than kMostUnsent, but for one answer.
void HttpLoop::Bound() {
  std::size_t unsent = 0;
  for (const auto& client : clients_) unsent += client->unsent();
  for (auto each = clients_.begin();
       unsent > kMostUnsent && each + 1 < clients_.end();) {
    if ((*each)->unsent() == 0) {
      ++each;
      continue;
    }
    unsent -= (*each)->unsent();
    each = clients_.erase(each);
  }
}

void HttpLoop::Accept() {
  if (Clock::now() < accept_at_) return;
  for (int i = 0; i < kMostAccepted; ++i) {
    const int socket =
        ::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      AcceptOne(socket);
    } else if (LacksRoom(errno)) {
      return NoneToSpare();
    } else if (errno == EAGAIN || errno == EBADF || errno == EINVAL) {
      return;
    }  // else: that client has gone
  }
}

void HttpLoop::AcceptOne(int socket) {
  if (clients_.size() >= kMostClients) clients_.erase(clients_.begin());
  const auto client = std::make_shared<HttpConnection>(socket, kLimits, tls_);
  client->Move();  // most have sent their request by now
  Advance(client);
}

// Without a pause, poll(2) would tell of the waiting client at once again.
void HttpLoop::NoneToSpare() {
  if (!clients_.empty()) clients_.erase(clients_.begin());
  accept_at_ = Clock::now() + kPause;
}

}  // namespace ricochet
