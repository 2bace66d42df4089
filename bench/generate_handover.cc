// Deliveries that make another message of one, or need no other server: the
// content filter, lists, and bounce messages.
#include "generate_simulation.h"
#include "generate_text.h"

namespace ricochet::bench {
namespace {

constexpr Micros kMilli = 1000;

}  // namespace

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
