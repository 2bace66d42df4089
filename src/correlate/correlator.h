#pragma once

#include <absl/container/flat_hash_map.h>
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/attribution.h"
#include "correlate/message.h"
#include "correlate/slab.h"
#include "correlate/smtp_sessions.h"
#include "correlate/text_pool.h"
#include "ricochet/counts.h"
#include "ricochet/delivery_attempt.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"
#include "ricochet/time.h"

namespace ricochet {

struct RelayAddress {
  std::string host;  // a name or an IP address, as logged
  std::uint16_t port = 0;
};

struct CorrelationLimits {
  std::size_t max_messages = 1'000'000;  // in flight, per partition
  // Of a message, from its first line.
  std::chrono::seconds lifetime = std::chrono::days(7);
  std::chrono::seconds linger{5};      // after "removed", for late lines
  std::uint32_t max_recipients = 100;  // outstanding ones kept per message
  // Relays that are content filters, which give the mail back.
  std::vector<RelayAddress> content_filters;
};

// Correlates the log lines of one message by (host, queue id, generation) and
// completes each delivery line with what earlier lines said.
// Owned by one worker thread; one for each input partition. Not thread-safe.
// When full, the oldest message is evicted and counted, so memory stays within
// CorrelationLimits. Nothing is allocated once the number of messages in
// flight has settled.
// Views in an attempt point into the line and into this object; they die at the
// next Add().
class Correlator {
 public:
  // `attribution` and `counts` must outlive this object.
  Correlator(const CorrelationLimits& limits, const Attribution& attribution,
             std::string_view topic, Counts& counts);
  Correlator(const Correlator&) = delete;
  Correlator& operator=(const Correlator&) = delete;

  // Takes in one fact. Then Next() gives the attempts it led to.
  // `offset` is the record's.
  void Add(const LogLine& line, const MtaEvent& event, Offset offset);

  // The next attempt of the fact last added, or null: one for a delivery line,
  // one for each outstanding recipient of an expired message, none otherwise.
  [[nodiscard]] const DeliveryAttempt* Next();

  // Keeps the verdict on the attempt that Next() gave last, for the case that
  // the message expires. To be called for every deferred attempt.
  void Remember(const Verdict& verdict, const SmtpResponse& response);

  // Makes attempts of dialogues, which are then to be added here.
  [[nodiscard]] SmtpSessions& sessions() noexcept { return sessions_; }

  // The record where the oldest message, or session, begins: whoever reads from
  // there on comes to know all that is known here. kNoOffset: nothing is known.
  [[nodiscard]] Offset low_water() const noexcept {
    const Offset session = sessions_.low_water();
    if (all_.first == nullptr) return session;
    if (session == kNoOffset) return all_.first->offset;
    return std::min(all_.first->offset, session);
  }
  // Messages that began in a record before `offset`.
  [[nodiscard]] std::size_t MessagesBefore(Offset offset) const noexcept;

  [[nodiscard]] std::size_t messages() const noexcept {
    return messages_.size();
  }

 private:
  static MessageKey MakeKey(std::string_view host, std::string_view queue_id);
  static void SetId(std::string_view queue_id, MessageKey& key);
  Message& FindOrStart(const MessageKey& key, const MtaEvent& event);
  static bool BeginsAnother(const Message& message, const MtaEvent& event);
  Message& Start(const MessageKey& key, const MtaEvent& event);
  void SetSender(Message& message, std::string_view sender);
  void BeginAttempt();
  void BeginExpiry();
  void DescribeMessage();
  void SetOutcome(Outcome outcome);
  [[nodiscard]] double AgeOf(const Message& message) const;
  const DeliveryAttempt* NextExpired();
  const LastReply* LastOf(const Recipient& recipient);
  void ForgetGiven();
  [[nodiscard]] Role RoleOf(const MtaEvent& event) const;
  [[nodiscard]] bool IsReinjection(const MtaEvent& event) const;

  static Recipient* FindRecipient(const Message& message,
                                  std::string_view address,
                                  std::string_view original);
  Recipient* KeepRecipient(Message& message, const MtaEvent& event);
  void ForgetRecipient(Message& message, Recipient* recipient);
  void FreeReply(Recipient& recipient);

  void Remove(Message& message);
  void Expire();
  void Evict();
  void Erase(Message& message);

  const CorrelationLimits limits_;
  const Attribution& attribution_;
  const std::string topic_;
  Counts& counts_;

  absl::flat_hash_map<MessageKey, Message*, MessageKeyHash> messages_;
  Slab<Message> message_slab_;
  Slab<Recipient> recipient_slab_;
  TextPool texts_;
  MessageList<&Message::by_start> all_;        // in order of their first line
  MessageList<&Message::by_removal> removed_;  // in order of their removal
  EventTime newest_ = kNoTime;
  SmtpSessions sessions_;

  // The fact last added, until Next() has given all of it.
  const LogLine* line_ = nullptr;
  Offset offset_ = 0;
  const MtaEvent* event_ = nullptr;
  Message* message_ = nullptr;
  bool pending_ = false;
  bool self_contained_ = false;   // the event is
  bool forget_current_ = false;   // at the next Add()
  Recipient* current_ = nullptr;  // whose attempt Next() gave last, if kept
  DeliveryAttempt attempt_;
  LastReply last_;
};

}  // namespace ricochet
