#include "correlate/correlator.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

#include "ricochet/address.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kLongestRememberedReply = 512;
// In place of an identifier too long for a key: this octet and its hash.
constexpr char kHashed = '\1';

bool IsLoopback(std::string_view ip) {
  return ip.starts_with("127.0.0.") || ip == "::1";
}

void Bump(std::uint64_t& cell) { ++cell; }

// A message is ended by a fact that is not its own.
Position Before(Position at) noexcept {
  if (at.index > 0) return {at.offset, at.index - 1};
  return {at.offset - 1, std::numeric_limits<std::uint32_t>::max()};
}

}  // namespace

Correlator::Correlator(const CorrelationLimits& limits,
                       const Attribution& attribution, std::string_view topic,
                       Counts& counts)
    : limits_(limits),
      attribution_(attribution),
      topic_(topic),
      counts_(counts),
      sessions_(counts) {}

void Correlator::Add(const LogLine& line, const MtaEvent& event,
                     Offset offset) {
  ForgetGiven();  // first: it belongs to a message that Expire() may end
  const bool same = offset == position_.offset;
  position_ = {offset, same ? position_.index + 1 : 0};
  if (line.time > newest_) {
    newest_ = line.time;
    Expire();
  }
  line_ = &line;
  event_ = &event;
  pending_ = false;
  const auto id = event.queue_id.empty() ? event.message_key : event.queue_id;
  message_ = FindOrStart(MakeKey(line.host, id), event);
  if (message_ == nullptr) return;
  Message& message = *message_;
  Touch(message);
  switch (event.kind) {
    case MtaEvent::Kind::kAccepted:
      if (event.has_sender) SetSender(message, event.sender);
      break;
    case MtaEvent::Kind::kMessageId:
      if (message.message_id.size == 0) {
        message.message_id = texts_.Copy(event.message_id);
      }
      break;
    case MtaEvent::Kind::kHeader:
      message.headers |=
          attribution_.Headers(event.header_name, event.header_value);
      break;
    case MtaEvent::Kind::kReceived:
      texts_.Free(message.message_id);
      message.message_id = texts_.Copy(event.message_id);
      [[fallthrough]];
    case MtaEvent::Kind::kQueued:
      SetSender(message, event.sender);
      message.size = event.size;
      message.recipients = event.recipients;
      message.active = true;
      break;
    case MtaEvent::Kind::kAttempt:
      // Whoever tries had it from the queue manager, though the log, or what
      // is read of it again, may begin later.
      message.active = true;
      BeginAttempt();
      break;
    case MtaEvent::Kind::kExpired:
      message.active = true;
      BeginExpiry();
      break;
    case MtaEvent::Kind::kNotification:
    case MtaEvent::Kind::kDialogue:
      break;
    case MtaEvent::Kind::kRemoved:
      Remove(message);
      break;
  }
}

MessageKey Correlator::MakeKey(std::string_view host,
                               std::string_view queue_id) {
  MessageKey key;
  key.host = TextHash()(host);
  SetId(queue_id, key);
  return key;
}

void Correlator::SetId(std::string_view queue_id, MessageKey& key) {
  if (queue_id.size() <= MessageKey::kLongestId) {
    return CopyShort(queue_id, key.id.data());
  }
  const XXH128_hash_t hash = XXH3_128bits(queue_id.data(), queue_id.size());
  key.id[0] = kHashed;
  std::memcpy(&key.id[1], &hash, sizeof hash);
}

// The message that a line speaks of. A line that only the beginning of a
// message logs, on an id that is known to have gone through the queue, belongs
// to a new message: short queue ids are used again.
// Null: the line was known already when what we know was saved.
Message* Correlator::FindOrStart(const MessageKey& key, const MtaEvent& event) {
  const auto found = messages_.find(key);
  if (found == messages_.end()) {
    return IsOfThePast(key) ? nullptr : &Start(key, event);
  }
  Message& message = *found->second;
  if (position_ <= message.applied) return nullptr;
  if (!BeginsAnother(message, event)) return &message;
  Erase(message);
  return &Start(key, event);
}

bool Correlator::IsOfThePast(const MessageKey& key) const {
  if (position_.offset > last_end_) return false;
  const auto found = ends_.find(key);
  return found != ends_.end() && position_ <= found->second.at;
}

bool Correlator::BeginsAnother(const Message& message, const MtaEvent& event) {
  switch (event.kind) {
    case MtaEvent::Kind::kAccepted:
    case MtaEvent::Kind::kReceived:
      return message.active || message.removed;
    case MtaEvent::Kind::kMessageId:
      // One that comes late, behind the queue manager's line, is its own.
      return message.removed ||
             (message.active && message.message_id.size != 0);
    case MtaEvent::Kind::kQueued:
      return message.removed;
    default:
      return false;
  }
}

Message& Correlator::Start(const MessageKey& key, const MtaEvent& event) {
  if (messages_.size() >= limits_.max_messages) Evict();
  Message* message = message_slab_.Take();
  message->key = key;
  message->offset = position_.offset;
  message->first = line_->time;
  message->seen_start = event.kind == MtaEvent::Kind::kAccepted ||
                        event.kind == MtaEvent::Kind::kMessageId ||
                        event.kind == MtaEvent::Kind::kReceived;
  messages_.emplace(key, message);
  all_.Append(*message);
  unsaved_.Append(*message);
  return *message;
}

void Correlator::SetSender(Message& message, std::string_view sender) {
  message.has_sender = true;
  if (message.sender.view() == sender) return;
  texts_.Free(message.sender);
  message.sender = texts_.Copy(sender);
}

void Correlator::BeginAttempt() {
  const MtaEvent& event = *event_;
  Message& message = *message_;
  pending_ = true;
  DescribeMessage();
  SetOutcome(event.outcome);
  attempt_.recipient = event.recipient;
  attempt_.original_recipient = event.original_recipient;
  attempt_.last = nullptr;

  current_ = FindRecipient(message, event.recipient, event.original_recipient);
  const std::uint32_t before = current_ == nullptr ? 0 : current_->attempts;
  const bool known =
      message.seen_start && (current_ != nullptr || !message.overflowed);
  // Giving up without a reply is no try.
  const bool tried = event.outcome != Outcome::kExpired ||
                     (!event.reply.empty() && !event.untried);
  attempt_.attempt = known ? before + (tried ? 1 : 0) : event.attempt;
  if (event.outcome == Outcome::kDeferred) {
    if (current_ == nullptr) current_ = KeepRecipient(message, event);
    if (current_ != nullptr) current_->attempts = before + 1;
  } else if (event.outcome == Outcome::kExpired) {
    // Given up on without a try: the last one's reply goes with it.
    if (current_ != nullptr) attempt_.last = LastOf(*current_);
    forget_current_ = current_ != nullptr;
  } else if (current_ != nullptr) {
    ForgetRecipient(message, current_);
    current_ = nullptr;
  }
  if (event.self_contained && message.outstanding == nullptr) Erase(message);
}

// What the attempt given last still showed views of.
void Correlator::ForgetGiven() {
  if (forget_current_) {
    ForgetRecipient(*message_, current_);
    if (self_contained_ && message_->outstanding == nullptr) Erase(*message_);
  }
  forget_current_ = false;
  current_ = nullptr;
}

void Correlator::BeginExpiry() {
  pending_ = message_->outstanding != nullptr;
  DescribeMessage();
  SetOutcome(Outcome::kExpired);
  current_ = nullptr;
}

// What is the same for every recipient of the message.
void Correlator::DescribeMessage() {
  const MtaEvent& event = *event_;
  const Message& message = *message_;
  attempt_.event = &event;
  attempt_.time = line_->time;
  attempt_.time_quality = line_->time_quality;
  attempt_.host = line_->host;
  // The expiry line repeats the sender; others do not.
  attempt_.has_sender = message.has_sender || event.has_sender;
  attempt_.sender = message.has_sender ? message.sender.view() : event.sender;
  attempt_.message_id = message.message_id.view();
  attempt_.size = message.size;
  attempt_.recipients = message.recipients;
  self_contained_ = event.self_contained;
  if (self_contained_) {
    attempt_.has_sender = event.has_sender;
    attempt_.sender = event.sender;
    attempt_.message_id = event.message_id;
    attempt_.size = event.size;
    attempt_.recipients = event.recipients;
  }
  attempt_.age_s = AgeOf(message);
  attempt_.role = RoleOf(event);
  const AttributedMessage about{
      .sender_domain = DomainPart(attempt_.sender),
      .instance = event.instance,
      .service = event.service,
      .host = line_->host,
      .topic = topic_,
      .headers = message.headers,
  };
  attempt_.tenant = attribution_.Tenant(about);
  const auto stream = attribution_.StreamOf(about);
  attempt_.stream = stream.name;
  attempt_.stream_number = stream.number;
  attempt_.egress = attribution_.Egress(about);
  if (attempt_.egress.empty()) attempt_.egress = event.egress;
  if (attempt_.egress.empty()) attempt_.egress = event.service;
}

double Correlator::AgeOf(const Message& message) const {
  const bool timed = message.first != kNoTime && line_->time != kNoTime;
  if (!message.seen_start || !timed) return event_->delay_s;
  return std::chrono::duration<double>(line_->time - message.first).count();
}

void Correlator::SetOutcome(Outcome outcome) {
  attempt_.outcome = outcome;
  attempt_.final =
      outcome != Outcome::kDeferred && outcome <= Outcome::kExpired &&
      attempt_.role != Role::kReinjection && attempt_.role != Role::kAlias;
}

Role Correlator::RoleOf(const MtaEvent& event) const {
  if (event.kind == MtaEvent::Kind::kAttempt &&
      event.outcome == Outcome::kDelivered) {
    if (event.forwarded) return Role::kAlias;
    if (IsReinjection(event)) return Role::kReinjection;
  }
  const bool from_nobody = attempt_.has_sender && attempt_.sender.empty();
  return from_nobody ? Role::kNotification : Role::kMessage;
}

// A content filter takes the mail by SMTP on a loopback address and gives it
// back under a new queue id, which its reply names; that message is delivered
// in its turn. By then its "client=" line has been logged on this host.
bool Correlator::IsReinjection(const MtaEvent& event) const {
  if (!IsLoopback(event.relay_ip)) return false;
  if (!event.other_id.empty()) {
    MessageKey key = message_->key;
    key.id = {};
    SetId(event.other_id, key);
    if (messages_.contains(key)) return true;
  }
  if (event.reply.find(" from MTA(") != std::string_view::npos) return true;
  return std::ranges::any_of(limits_.content_filters,
                             [&](const RelayAddress& filter) {
                               return filter.port == event.relay_port &&
                                      (filter.host == event.relay_host ||
                                       filter.host == event.relay_ip);
                             });
}

const DeliveryAttempt* Correlator::Next() {
  if (!pending_) return nullptr;
  if (event_->kind == MtaEvent::Kind::kAttempt) {
    pending_ = false;
    return &attempt_;
  }
  return NextExpired();
}

// Gives the outstanding recipients of an expired message one by one. The one
// given before is forgotten only now, since the attempt's views are its.
const DeliveryAttempt* Correlator::NextExpired() {
  Message& message = *message_;
  if (current_ != nullptr) ForgetRecipient(message, current_);
  current_ = message.outstanding;
  if (current_ == nullptr) {
    pending_ = false;
    return nullptr;
  }
  attempt_.recipient = current_->address.view();
  attempt_.original_recipient = current_->original.view();
  attempt_.attempt = message.seen_start ? current_->attempts : 0;
  attempt_.last = LastOf(*current_);
  return &attempt_;
}

const LastReply* Correlator::LastOf(const Recipient& recipient) {
  last_ = {recipient.verdict,
           recipient.reply_code,
           recipient.enhanced_code,
           recipient.command,
           recipient.template_id,
           recipient.text.view(),
           recipient.remote_host.view(),
           recipient.remote_ip.view()};
  return &last_;
}

void Correlator::Remember(const Verdict& verdict,
                          const SmtpResponse& response) {
  if (current_ == nullptr) return;
  Recipient& recipient = *current_;
  const MtaEvent& event = *event_;
  FreeReply(recipient);
  recipient.verdict = verdict;
  recipient.reply_code = response.reply_code;
  recipient.enhanced_code = response.enhanced_code;
  recipient.command = response.command;
  recipient.template_id = response.template_id;
  recipient.text =
      texts_.Copy(response.text.substr(0, kLongestRememberedReply));
  const bool named = !event.remote_host.empty() || !event.remote_ip.empty();
  recipient.remote_host =
      texts_.Copy(named ? event.remote_host : event.relay_host);
  recipient.remote_ip = texts_.Copy(named ? event.remote_ip : event.relay_ip);
}

Recipient* Correlator::FindRecipient(const Message& message,
                                     std::string_view address,
                                     std::string_view original) {
  for (Recipient* r = message.outstanding; r != nullptr; r = r->next) {
    if (r->address.view() == address && r->original.view() == original) {
      return r;
    }
  }
  return nullptr;
}

Recipient* Correlator::KeepRecipient(Message& message, const MtaEvent& event) {
  if (message.outstanding_count >= limits_.max_recipients ||
      event.recipient.size() > TextPool::kLongest) {
    message.overflowed = true;
    Bump(counts_.evicted[static_cast<std::size_t>(Eviction::kRecipients)]);
    return nullptr;
  }
  Recipient* recipient = recipient_slab_.Take();
  recipient->address = texts_.Copy(event.recipient);
  recipient->original = texts_.Copy(event.original_recipient);
  recipient->next = message.outstanding;
  message.outstanding = recipient;
  ++message.outstanding_count;
  return recipient;
}

void Correlator::ForgetRecipient(Message& message, Recipient* recipient) {
  Recipient** link = &message.outstanding;
  while (*link != recipient) link = &(*link)->next;
  *link = recipient->next;
  --message.outstanding_count;
  FreeReply(*recipient);
  texts_.Free(recipient->address);
  texts_.Free(recipient->original);
  recipient_slab_.Free(recipient);
}

void Correlator::FreeReply(Recipient& recipient) {
  texts_.Free(recipient.text);
  texts_.Free(recipient.remote_host);
  texts_.Free(recipient.remote_ip);
}

void Correlator::Remove(Message& message) {
  if (message.removed) return;
  message.removed = true;
  message.gone = line_->time;
  removed_.Append(message);
}

void Correlator::Expire() {
  while (removed_.first != nullptr &&
         removed_.first->gone + limits_.linger < newest_) {
    Erase(*removed_.first);
  }
  while (all_.first != nullptr &&
         all_.first->first + limits_.lifetime < newest_) {
    Bump(counts_.evicted[static_cast<std::size_t>(Eviction::kAge)]);
    GiveUp(*all_.first);
  }
}

void Correlator::Evict() {
  if (removed_.first != nullptr) return GiveUp(*removed_.first);
  Bump(counts_.evicted[static_cast<std::size_t>(Eviction::kCapacity)]);
  GiveUp(*all_.first);
}

// Ends a message that no line of its own ends: whoever reads its lines again
// must be told.
void Correlator::GiveUp(Message& message) {
  const MessageKey key = message.key;
  Erase(message);
  ends_[key] = {Before(position_)};
}

void Correlator::Erase(Message& message) {
  while (message.outstanding != nullptr) {
    ForgetRecipient(message, message.outstanding);
  }
  texts_.Free(message.sender);
  texts_.Free(message.message_id);
  all_.Unlink(message);
  if (!message.saved) unsaved_.Unlink(message);
  if (message.changed) changed_.Unlink(message);
  if (message.saved) ends_[message.key] = {Before(position_)};
  if (message.removed) removed_.Unlink(message);
  messages_.erase(message.key);
  message_slab_.Free(&message);
}

}  // namespace ricochet
