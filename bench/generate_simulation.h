#pragma once

#include <cstdint>
#include <deque>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "generate_expectation.h"
#include "generate_log.h"
#include "generate_message.h"
#include "generate_population.h"
#include "generate_postfix.h"
#include "generate_random.h"
#include "generate_replies.h"

namespace ricochet::bench {

// How often things happen, per thousand, and how long they take.
struct Settings {
  std::uint64_t seed = 1;
  std::uint64_t hosts = 1;
  Micros start = 0;
  Micros lifetime = 0;         // after which an undelivered message is returned
  Micros arrival = 0;          // mean time between two clients that submit
  std::uint64_t dead = 0;      // of addresses, that always fail
  std::uint64_t rejected = 0;  // of messages to an address, refused for good
  std::uint64_t delayed = 0;   // of first tries, put off
  std::uint64_t aliased = 0;   // of recipients, found by way of an alias
  std::uint64_t lists = 0;     // of messages, to a list that expands
};

// Some Postfix servers and their queues, in simulated time: clients submit,
// servers answer, messages wait and are tried again, bounce or expire. Each
// step writes its log lines, and what a reader should make of them.
//
// Everything random comes from the seed, and nothing from the clock.
class Simulation {
 public:
  Simulation(const Settings& settings, const Catalogue& catalogue,
             LogWriter* log, Expectation* expectation);

  // Runs until the log is full.
  void Run();

  [[nodiscard]] std::uint64_t messages() const noexcept { return created_; }

 private:
  // Steps that wait for their time; `id` is a session's or a message's slot.
  enum class Step : std::uint8_t {
    kConnect,
    kClient,
    kDisconnect,
    kCleanup,
    kActive,
    kTry,
    kRoundEnd,
    kNoise
  };
  struct Event {
    Micros time;
    std::uint64_t order;  // of events at the same time: first come first served
    Step step;
    std::uint32_t id;

    friend bool operator>(const Event& a, const Event& b) noexcept {
      return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
  };

  void At(Micros time, Step step, std::uint32_t id);
  void Do(const Event& event);

  // Submission
  void OnConnect();
  void OnClient(std::uint32_t id);
  void OnDisconnect(std::uint32_t id);
  void OnCleanup(std::uint32_t id);
  void BeginInMidMessage(const Host& host);
  void AddTargets(const SenderDomain& sender, Message* message);
  void SetSender(const SenderDomain& sender, Message* message);

  // Delivery
  void OnActive(std::uint32_t id);
  void OnTry(std::uint32_t id);
  void TryNext(std::uint32_t id);
  void OnRoundEnd(std::uint32_t id);
  void ScheduleTry(std::uint32_t id, bool same_server);
  void Deliver(Message& message, Target& target);
  void Say(const ReplyTemplate& reply, const Message& message,
           const Domain& domain);
  // A delivery to `recipient_` that needs no other server, and succeeds.
  void DeliverHere(std::string_view daemon, std::string_view relay,
                   std::string_view text, const Message& message);
  void DeliverNotification(const Message& message);
  void DeliverToFilter(std::uint32_t id);
  void ExpandList(std::uint32_t id);
  const ReplyTemplate& Answer(const Message& message, Target& target);
  void Expire(Message& message);
  void ReturnToSender(std::uint32_t id);

  // Slots
  std::uint32_t NewMessage(const Host& host, Micros arrival);
  void Remove(std::uint32_t id);
  void SetQueueId(std::uint32_t id, Message* message);
  // `message` as another one that is made from it.
  std::uint32_t Derive(std::uint32_t id, MessageRole role);

  // `recipient_` and `original_` become those of the target.
  void SetAddresses(const Message& message, const Target& target);
  ExpectedEvent Expected(const Message& message) const;

  Settings settings_;
  const Catalogue& catalogue_;
  LogWriter& log_;
  Expectation& expectation_;
  Random random_;
  Population population_;
  PostfixLines lines_;

  std::vector<Host> hosts_;
  std::deque<Message> messages_;
  std::vector<std::uint32_t> free_messages_;
  std::deque<Session> sessions_;
  std::vector<std::uint32_t> free_sessions_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  Micros now_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t created_ = 0;

  std::string recipient_;
  std::string original_;
  std::string relay_;
  std::string text_;
};

}  // namespace ricochet::bench
