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

// The time so far in the queue, split as in delays=.
std::array<Micros, 4> Delays(const Message& message, Micros now) {
  const Micros before = message.active - message.arrival;
  const Micros tried = message.connect + message.transfer;
  return {before, std::max(now - message.active - tried, Micros{0}),
          message.connect, message.transfer};
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

void Simulation::DeliverHere(std::string_view daemon, std::string_view relay,
                             std::string_view text, const Message& message) {
  DeliveryLine line;
  line.daemon = daemon;
  line.recipient = recipient_;
  line.original = original_;
  line.relay = relay;
  line.delays = Delays(message, now_);
  line.dsn = "2.0.0";
  line.status = "sent";
  line.text = text;
  if (!lines_.Delivery(now_, message, line)) return;
  ExpectedEvent event = Expected(message);
  event.outcome = "delivered";
  event.final = message.role == MessageRole::kNotification;
  event.dsn = line.dsn;
  event.reason = Reason::kDelivered;
  expectation_.Add(event);
}

void Simulation::DeliverNotification(const Message& message) {
  recipient_ = message.to;
  original_.clear();
  DeliverHere("pipe", "bounces", "delivered via bounces service", message);
}

void Simulation::DeliverToFilter(std::uint32_t id) {
  const auto derived = Derive(id, MessageRole::kMessage);
  Message& message = messages_[id];
  Message& filtered = messages_[derived];
  lines_.Client(now_, filtered, "localhost[127.0.0.1]");
  At(now_ + kMilli, Step::kCleanup, derived);
  const auto answer = Concat(
      "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as ",
      filtered.queue_id);
  for (auto target : message.targets) {
    SetAddresses(message, target);
    DeliverHere("smtp", "127.0.0.1[127.0.0.1]:10024", answer, message);
    target.alias = false;  // the second pass sees final addresses only
    filtered.targets.push_back(target);
  }
}

// A list's members are healthy: whom a bounce would suppress, the list or the
// member, is not a question for this generator.
void Simulation::ExpandList(std::uint32_t id) {
  const auto derived = Derive(id, MessageRole::kMessage);
  Message& message = messages_[id];
  Message& expanded = messages_[derived];
  expanded.original = message.to;
  for (auto members = random_.Between(2, 5); members > 0;) {
    Target target;
    target.id = population_.AnyRecipient(random_);
    if (population_.FateOf(target.id) != nullptr ||
        Has(expanded.targets, target.id)) {
      continue;
    }
    expanded.targets.push_back(target);
    --members;
  }
  lines_.MessageId(now_, expanded);
  At(now_ + kMilli, Step::kActive, derived);

  recipient_ = message.to;
  original_.clear();
  DeliverHere("local", "local", Concat("forwarded as ", expanded.queue_id),
              message);
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

void Simulation::ReturnToSender(std::uint32_t id) {
  if (messages_[id].sender.empty() || !messages_[id].known) return;
  const auto bounce = Derive(id, MessageRole::kNotification);
  Message& notification = messages_[bounce];
  notification.to = messages_[id].sender;
  notification.sender.clear();
  notification.size = 3000 + random_.Below(2000);
  notification.message_id =
      Concat("<", now_ / kSecond, ".", notification.queue_id, "@",
             notification.host->fqdn, ">");
  lines_.MessageId(now_, notification);
  lines_.NotificationSent(now_, messages_[id], notification.queue_id);
  At(now_ + 2 * kMilli, Step::kActive, bounce);
}

}  // namespace ricochet::bench
