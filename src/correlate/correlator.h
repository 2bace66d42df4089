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
#include "correlate/message_state.h"
#include "correlate/slab.h"
#include "correlate/smtp_sessions.h"
#include "correlate/text_pool.h"
#include "ricochet/counts.h"
#include "ricochet/delivery_attempt.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"
#include "ricochet/result.h"
#include "ricochet/stage.h"
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
  // A message that is older than either is saved; see Save().
  std::chrono::seconds save_after{60};
  Offset save_after_records = 100'000;
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

  // Most messages live for a second: whoever takes over comes to know them by
  // reading their lines again. Those that are older are written to the
  // changelog, by Save(), and read back by Load().
  //
  // Writes what changed since the last Save(). To be committed together with
  // the offset after the record last added.
  void Save(StateWriter& state);
  // Takes in what was saved, before anything is added. Then lines that a
  // message knew already change nothing, whoever adds them again.
  [[nodiscard]] Result<void> Load(StateReader& saved);
  // Ends all messages, so that the next Save() deletes what was saved of them.
  void ForgetAll();
  // The record where the oldest message that is not saved, or session, begins:
  // whoever loads what was saved, and reads on from there, comes to know all
  // that is known here. kNoOffset: no need to read.
  [[nodiscard]] Offset low_water() const noexcept;
  // The newest time of a line. An owner that has read again what he must goes
  // on from the one before him, who may have seen a later time.
  [[nodiscard]] EventTime newest() const noexcept { return newest_; }
  void SetNewest(EventTime time) { newest_ = std::max(newest_, time); }

  [[nodiscard]] std::size_t messages() const noexcept {
    return messages_.size();
  }

 private:
  static MessageKey MakeKey(std::string_view host, std::string_view queue_id);
  static void SetId(std::string_view queue_id, MessageKey& key);
  Message* FindOrStart(const MessageKey& key, const MtaEvent& event);
  [[nodiscard]] bool IsOfThePast(const MessageKey& key) const;
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

  void Touch(Message& message);
  [[nodiscard]] bool IsOld(const Message& message) const;
  void Write(Message& message, StateWriter& state);
  void SaveEnds(StateWriter& state);
  void DeleteEnds(StateWriter& state);
  Result<void> LoadOne(const StateReader::Entry& entry);
  void Restore(const MessageKey& key, const SavedMessage& saved);
  void Remove(Message& message);
  void Expire();
  void Evict();
  void GiveUp(Message& message);
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
  // What Save() looks at: each message is in one of the first two, or was
  // saved as it is.
  MessageList<&Message::by_save> unsaved_;  // in order of their first line
  MessageList<&Message::by_save> changed_;  // since they were saved
  // Those that were saved and have ended, or were given up. The changelog keeps
  // that until no line of theirs is ever read again: else such a line, without
  // what came before it, would look like a message of its own.
  struct End {
    Position at;
    bool saved = false;
  };
  absl::flat_hash_map<MessageKey, End, MessageKeyHash> ends_;
  Offset last_end_ = kNoOffset;  // of those that were loaded
  std::string value_;            // of the entry being written
  EventTime newest_ = kNoTime;
  SmtpSessions sessions_;

  // The fact last added, until Next() has given all of it.
  const LogLine* line_ = nullptr;
  Position position_;
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
