// The delivering half of the simulation: rounds of tries, until everybody has
// the message, or nobody will.

#include <algorithm>

#include "generate_simulation.h"
#include "generate_text.h"

namespace ricochet::bench {
namespace {

constexpr Micros kMilli = 1000;
constexpr std::array<std::string_view, 4> kRoles = {"message", "reinjection",
                                                    "alias", "notification"};
constexpr std::array<std::string_view, 8> kCommands = {
    "", "EHLO", "MAIL FROM", "RCPT TO", "DATA", "end of DATA", "", ""};

std::string_view OutcomeOf(const ReplyTemplate& reply) {
  if (reply.scope == Scope::kSent) return "delivered";
  return reply.temporary ? "deferred" : "bounced";
}

// minimal_backoff_time and maximal_backoff_time: the age, within these.
Micros Backoff(Micros age) {
  return std::clamp(age, 300 * kSecond, 4000 * kSecond);
}

}  // namespace

void Simulation::SetAddresses(const Message& message, const Target& target) {
  recipient_.clear();
  population_.AppendLocalPart(target.id, &recipient_);
  Append(&recipient_, "@", population_.DomainOf(target.id).name);
  original_ = message.original;
  if (target.alias) {
    original_ = Concat("alias.", Hex(target.id.domain), ".", target.id.user,
                       "@forward.example");
  }
}

ExpectedEvent Simulation::Expected(const Message& message) const {
  ExpectedEvent event;
  event.time = log_.Visible(now_);
  event.host = message.host->name;
  event.queue_id = message.queue_id;
  event.message_id = message.message_id;
  event.recipient = recipient_;
  event.original = original_;
  event.sender = message.sender;
  event.has_sender = message.known;
  event.role = kRoles[static_cast<std::size_t>(message.role)];
  event.attempt = message.known ? message.rounds : 0;
  return event;
}

void Simulation::OnActive(std::uint32_t id) {
  Message& message = messages_[id];
  lines_.Queued(now_, message);
  message.active = now_;
  message.bounced = false;
  message.next = 0;
  while (message.next < message.targets.size() &&
         message.targets[message.next].done) {
    ++message.next;
  }
  ScheduleTry(id, false);
}

void Simulation::ScheduleTry(std::uint32_t id, bool same_server) {
  Message& message = messages_[id];
  if (message.next == 0 || !same_server) {
    message.connect = random_.Between(10, 400) * kMilli;
    message.transfer = random_.Between(30, 900) * kMilli;
    if (random_.Chance(20)) message.transfer *= 20;
  }
  const Micros wait = same_server ? random_.Between(0, 5) * kMilli
                                  : message.connect + message.transfer +
                                        random_.Between(1, 60) * kMilli;
  At(now_ + wait, Step::kTry, id);
}

void Simulation::OnTry(std::uint32_t id) {
  switch (messages_[id].role) {
    case MessageRole::kMessage:
      return TryNext(id);
    case MessageRole::kReinjection:
      DeliverToFilter(id);
      break;
    case MessageRole::kAlias:
      ExpandList(id);
      break;
    case MessageRole::kNotification:
      DeliverNotification(messages_[id]);
      break;
  }
  Remove(id);
}

void Simulation::TryNext(std::uint32_t id) {
  Message& message = messages_[id];
  auto& targets = message.targets;
  const auto domain = targets[message.next].id.domain;
  Deliver(message, targets[message.next]);
  do {
    ++message.next;
  } while (message.next < targets.size() && targets[message.next].done);
  if (message.next == targets.size()) {
    At(now_ + kMilli, Step::kRoundEnd, id);
  } else {
    ScheduleTry(id, targets[message.next].id.domain == domain);
  }
}

const ReplyTemplate& Simulation::Answer(const Message& message,
                                        Target& target) {
  const Provider& provider = *population_.DomainOf(target.id).provider;
  if (target.fate != nullptr) return *target.fate;
  if (message.known) {
    const auto& refusals = provider.For(Scope::kMessage);
    if (message.rounds == 1 && !refusals.empty() &&
        random_.Chance(settings_.rejected)) {
      return *refusals.Pick(random_.Next());
    }
    if (random_.Chance(settings_.delayed)) {
      const auto& delays = provider.For(Scope::kAttempt);
      const bool anywhere = delays.empty() || random_.Chance(250);
      return *(anywhere ? catalogue_.anywhere() : delays).Pick(random_.Next());
    }
  }
  return *provider.For(Scope::kSent).Pick(random_.Next());
}

// Puts what Postfix logs in parentheses into `text_`; `relay_` is the server.
void Simulation::Say(const ReplyTemplate& reply, const Message& message,
                     const Domain& domain) {
  ReplyContext context;
  context.recipient = recipient_;
  context.local = context.recipient.substr(0, recipient_.find('@'));
  context.domain = domain.name;
  context.sender = message.sender;
  context.sender_domain = message.sender_domain;
  context.our_ip = message.host->ip;
  context.our_name = message.host->fqdn;
  context.mx = domain.mx;
  context.mx_ip = domain.mx_ip;
  context.unix_time = now_ / kSecond;
  const auto command = kCommands[static_cast<std::size_t>(reply.stage)];
  const bool said = reply.scope != Scope::kSent && !command.empty();
  text_.clear();
  if (said) Append(&text_, "host ", relay_, " said: ");
  if (reply.stage == ReplyStage::kConnect) {
    Append(&text_, "host ", relay_, " refused to talk to me: ");
  }
  reply.Fill(context, random_, &text_);
  if (said) Append(&text_, " (in reply to ", command, " command)");
}

void Simulation::Deliver(Message& message, Target& target) {
  const Domain& domain = population_.DomainOf(target.id);
  const ReplyTemplate& reply = Answer(message, target);
  const auto outcome = OutcomeOf(reply);
  const bool connected = reply.stage != ReplyStage::kNone;
  target.last = &reply;
  target.done = outcome != "deferred";
  message.bounced |= outcome == "bounced";
  SetAddresses(message, target);
  relay_ = Concat(domain.mx, "[", domain.mx_ip, "]");
  Say(reply, message, domain);
  relay_ += ":25";

  DeliveryLine line;
  line.daemon = "smtp";
  line.recipient = recipient_;
  line.original = original_;
  line.relay = "none";
  if (connected) line.relay = relay_;
  line.delays = Delays(message, now_);
  line.dsn = reply.dsn;
  line.status = outcome == "delivered" ? "sent" : outcome;
  line.text = text_;
  if (text_.starts_with("connect to ")) {
    lines_.ConnectFailed(now_, message, text_);
  } else if (connected && random_.Chance(330)) {
    lines_.OutboundTls(now_, message, relay_);
  }
  if (!lines_.Delivery(now_, message, line)) return;

  ExpectedEvent event = Expected(message);
  event.outcome = outcome;
  event.final = outcome != "deferred";
  event.dsn = reply.dsn;
  event.reason = reply.reason;
  event.remote = connected && reply.stage != ReplyStage::kRelay;
  expectation_.Add(event);
}

void Simulation::OnRoundEnd(std::uint32_t id) {
  Message& message = messages_[id];
  const bool waiting =
      std::any_of(message.targets.begin(), message.targets.end(),
                  [](const Target& target) { return !target.done; });
  const Micros age = now_ - message.arrival;
  if (message.bounced) ReturnToSender(id);
  if (waiting && age < settings_.lifetime) {
    ++messages_[id].rounds;
    const auto jitter = random_.Between(900, 1100);
    At(now_ + Backoff(age) / 1000 * jitter, Step::kActive, id);
    return;
  }
  if (waiting) {
    Expire(messages_[id]);
    ReturnToSender(id);
  }
  Remove(id);
}

void Simulation::Expire(Message& message) {
  if (!lines_.Expired(now_, message)) return;
  for (const auto& target : message.targets) {
    if (target.done) continue;
    SetAddresses(message, target);
    ExpectedEvent event = Expected(message);
    event.outcome = "expired";
    event.final = true;
    event.reason = Reason::kExpired;
    event.last_reason = target.last->reason;
    expectation_.Add(event);
  }
}

}  // namespace ricochet::bench
