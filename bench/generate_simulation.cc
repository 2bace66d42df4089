#include "generate_simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "generate_text.h"

namespace ricochet::bench {
namespace {

constexpr Micros kMilli = 1000;
constexpr int kMidMessages = 3;  // on each host, begun before the log does

Host MakeHost(std::uint64_t number) {
  Host host;
  host.name = fmt::format("mta{:02}", number + 1);
  host.fqdn = Concat(host.name, ".sender.example");
  host.ip = Concat("198.51.100.", 10 + number % 200);
  host.instance = number % 4 == 2 ? "postfix-bulk" : "postfix";
  host.long_ids = number % 4 != 1;
  host.filtered = number % 4 == 3;
  return host;
}

// Writes `value` in `digits` digits at least, in as many symbols as `alphabet`
// has.
void AppendInBase(std::string_view alphabet, std::uint64_t value,
                  std::size_t digits, std::string* out) {
  std::array<char, 16> buffer{};
  std::size_t n = 0;
  for (; n < digits || value > 0; ++n) {
    buffer[n] = alphabet[value % alphabet.size()];
    value /= alphabet.size();
  }
  while (n > 0) *out += buffer[--n];
}

}  // namespace

Simulation::Simulation(const Settings& settings, const Catalogue& catalogue,
                       LogWriter* log, Expectation* expectation)
    : settings_(settings),
      catalogue_(catalogue),
      log_(*log),
      expectation_(*expectation),
      random_(settings.seed),
      population_(catalogue, settings.seed, settings.dead),
      lines_(log, &random_),
      now_(settings.start) {
  for (std::uint64_t i = 0; i < settings.hosts; ++i) {
    hosts_.push_back(MakeHost(i));
  }
}

void Simulation::Run() {
  for (const auto& host : hosts_) {
    for (int i = 0; i < kMidMessages; ++i) BeginInMidMessage(host);
  }
  At(now_, Step::kConnect, 0);
  At(now_, Step::kNoise, 0);
  while (!log_.full()) {
    const Event event = events_.top();
    events_.pop();
    now_ = event.time;
    Do(event);
  }
}

void Simulation::At(Micros time, Step step, std::uint32_t id) {
  // Microseconds below the half of each millisecond, so that readers who round
  // see the same time as readers who cut.
  const Micros millis = std::max(time, now_) / kMilli * kMilli;
  const Micros fine = static_cast<Micros>(order_ * 7 % 500);
  events_.push({std::max(millis + fine, now_), ++order_, step, id});
}

void Simulation::Do(const Event& event) {
  switch (event.step) {
    case Step::kConnect:
      return OnConnect();
    case Step::kClient:
      return OnClient(event.id);
    case Step::kDisconnect:
      return OnDisconnect(event.id);
    case Step::kCleanup:
      return OnCleanup(event.id);
    case Step::kActive:
      return OnActive(event.id);
    case Step::kTry:
      return OnTry(event.id);
    case Step::kRoundEnd:
      return OnRoundEnd(event.id);
    case Step::kNoise:
      lines_.Noise(now_, hosts_[random_.Below(hosts_.size())]);
      At(now_ + random_.Exponential(settings_.arrival / 5), Step::kNoise, 0);
  }
}

void Simulation::OnConnect() {
  if (free_sessions_.empty()) {
    free_sessions_.push_back(static_cast<std::uint32_t>(sessions_.size()));
    sessions_.emplace_back();
  }
  const auto id = free_sessions_.back();
  free_sessions_.pop_back();
  Session& session = sessions_[id];
  session.host = &hosts_[random_.Below(hosts_.size())];
  session.pid = static_cast<std::uint32_t>(2000 + random_.Below(900));
  session.sender = &population_.AnySender(random_);
  session.client = Concat("app", random_.Below(9), ".", session.sender->name,
                          "[", DocumentationIp(random_.Below(60)), "]");
  // One in twelve is a mailing: a burst of messages.
  session.total = random_.Chance(80) ? 2 + random_.Exponential(40) : 1;
  session.remaining = session.total;
  lines_.Connect(now_, *session.host, session.pid, session.client);
  if (random_.Chance(600)) {
    lines_.InboundTls(now_, *session.host, session.pid, session.client);
  }
  At(now_ + random_.Between(5, 30) * kMilli, Step::kClient, id);
  At(now_ + random_.Exponential(settings_.arrival), Step::kConnect, 0);
}

void Simulation::OnClient(std::uint32_t id) {
  Session& session = sessions_[id];
  const auto slot = NewMessage(*session.host, now_);
  Message& message = messages_[slot];
  message.session = session.pid;
  message.size = static_cast<std::uint64_t>(2000 + random_.Exponential(30000));
  message.role = session.host->filtered ? MessageRole::kReinjection
                                        : MessageRole::kMessage;
  if (random_.Chance(settings_.lists)) {
    message.role = MessageRole::kAlias;
    message.to =
        Concat("team", random_.Below(50), "@lists.", session.sender->name);
  } else {
    AddTargets(*session.sender, &message);
  }
  SetSender(*session.sender, &message);
  message.message_id = Concat("<", Hex(random_.Next()), ".", created_, "@",
                              session.sender->name, ">");
  lines_.Client(now_, message, session.client);
  At(now_ + random_.Between(3, 30) * kMilli, Step::kCleanup, slot);
  const bool more = --session.remaining > 0;
  At(now_ + random_.Between(5, 40) * kMilli,
     more ? Step::kClient : Step::kDisconnect, id);
}

void Simulation::OnDisconnect(std::uint32_t id) {
  const Session& session = sessions_[id];
  lines_.Disconnect(now_, *session.host, session.pid, session.client,
                    session.total);
  free_sessions_.push_back(id);
}

void Simulation::OnCleanup(std::uint32_t id) {
  const Message& message = messages_[id];
  lines_.MessageId(now_, message);
  if (message.session % 5 == 0) lines_.Signed(now_, message);
  At(now_ + random_.Between(1, 12) * kMilli, Step::kActive, id);
}

// A message whose first lines stand in yesterday's log; it is delivered now.
void Simulation::BeginInMidMessage(const Host& host) {
  const auto id = NewMessage(host, now_ - 60 * kSecond);
  Message& message = messages_[id];
  message.role = MessageRole::kMessage;
  message.known = false;
  message.active = now_;
  do {
    message.targets.assign(1, {population_.AnyRecipient(random_)});
    message.targets[0].fate = population_.FateOf(message.targets[0].id);
  } while (message.targets[0].fate != nullptr);
  ScheduleTry(id, false);
}

void Simulation::AddTargets(const SenderDomain& sender, Message* message) {
  std::int64_t count = 1;
  if (!sender.verp && random_.Chance(80)) count += 1 + random_.Exponential(4);
  for (; count > 0; --count) {
    Target target;
    target.id = population_.AnyRecipient(random_);
    if (Has(message->targets, target.id)) continue;
    target.fate = population_.FateOf(target.id);
    target.alias = random_.Chance(settings_.aliased);
    message->targets.push_back(target);
  }
}

void Simulation::SetSender(const SenderDomain& sender, Message* message) {
  message->sender_domain = sender.name;
  if (sender.verp && !message->targets.empty()) {
    SetAddresses(*message, message->targets[0]);
    std::replace(recipient_.begin(), recipient_.end(), '@', '=');
    message->sender =
        Concat("b-", created_ % 100000, "-", recipient_, "@", sender.envelope);
    return;
  }
  message->sender = Concat(sender.envelope == sender.name ? "news" : "bounces",
                           "+", created_ % 90, "@", sender.envelope);
}

std::uint32_t Simulation::NewMessage(const Host& host, Micros arrival) {
  if (free_messages_.empty()) {
    free_messages_.push_back(static_cast<std::uint32_t>(messages_.size()));
    messages_.emplace_back();
  }
  const auto id = free_messages_.back();
  free_messages_.pop_back();
  Message& message = messages_[id];
  // Short ids come again: the same one for the slot's next message, sometimes.
  const bool again = message.host == &host && !host.long_ids &&
                     now_ - message.removed > 30 * kSecond &&
                     random_.Chance(20);
  message.host = &host;
  if (!again) SetQueueId(id, &message);
  message.role = MessageRole::kMessage;
  message.targets.clear();
  message.original.clear();
  message.message_id.clear();
  message.arrival = arrival;
  message.next = 0;
  message.rounds = 1;
  message.known = true;
  message.bounced = false;
  ++created_;
  return id;
}

// As Postfix makes them: of the time and the queue file's inode.
void Simulation::SetQueueId(std::uint32_t id, Message* message) {
  constexpr std::string_view kLong =
      "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
  message->queue_id.clear();
  const auto seconds = static_cast<std::uint64_t>(now_ / kSecond);
  const auto micros = static_cast<std::uint64_t>(now_ % kSecond);
  if (message->host->long_ids) {
    AppendInBase(kLong, seconds, 6, &message->queue_id);
    AppendInBase(kLong, micros, 4, &message->queue_id);
    message->queue_id += 'z';
    AppendInBase(kLong.substr(0, 51), 0x40000U + id, 1, &message->queue_id);
    return;
  }
  AppendInBase("0123456789ABCDEF", micros, 5, &message->queue_id);
  AppendInBase("0123456789ABCDEF", 0x2A0000U + id, 1, &message->queue_id);
}

void Simulation::Remove(std::uint32_t id) {
  Message& message = messages_[id];
  lines_.Removed(now_, message);
  message.removed = now_;
  free_messages_.push_back(id);
}

std::uint32_t Simulation::Derive(std::uint32_t id, MessageRole role) {
  const auto slot = NewMessage(*messages_[id].host, now_);
  Message& derived = messages_[slot];
  const Message& from = messages_[id];
  derived.role = role;
  derived.sender = from.sender;
  derived.sender_domain = from.sender_domain;
  derived.message_id = from.message_id;
  derived.size = from.size + 400;
  derived.session = from.session + 300;
  return slot;
}

}  // namespace ricochet::bench
