#pragma once

#include <absl/container/flat_hash_map.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "correlate/slab.h"
#include "correlate/text_pool.h"
#include "ricochet/counts.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"
#include "ricochet/record.h"
#include "ricochet/smtp.h"
#include "ricochet/time.h"

namespace ricochet {

struct SessionLimits {
  std::size_t max_sessions = 10'000;     // open ones, per partition
  std::uint32_t max_recipients = 1'000;  // without an outcome, per session
  // Longer than any reply may be waited for (RFC 5321, section 4.5.3.2).
  std::chrono::seconds silence = std::chrono::minutes(15);
};

// Puts the dialogues of an SMTP client's log together into attempts, one for
// each recipient. Replies answer commands in their order, so it matters not
// whether they were pipelined (RFC 2920). A refused RCPT is that recipient's
// outcome; what answers MAIL, DATA or the message is every other's. Recipients
// that are open when the connection ends are deferred, in our MTA's words.
//
// Owned by the Correlator of a partition; not thread-safe. When there are too
// many sessions the oldest is given up, as is one that falls silent, counted
// when recipients were open. Allocates nothing once the number of open
// sessions has settled.
class SmtpSessions {
 public:
  // `counts` must outlive this object.
  explicit SmtpSessions(Counts& counts, const SessionLimits& limits = {});
  SmtpSessions(const SmtpSessions&) = delete;
  SmtpSessions& operator=(const SmtpSessions&) = delete;

  // Takes in a line of a session: an event of kind kDialogue. Then Next() gives
  // what it led to. `offset` is the record's.
  void Add(const LogLine& line, const MtaEvent& event, Offset offset);

  // The next attempt, self-contained, its queue id the session's; after the
  // last one of a session that deferred, kRemoved, since a later try is another
  // session. Null: there is no more. Views point into the line and into this
  // object, and die at the next call.
  [[nodiscard]] const MtaEvent* Next();

  // The record where the oldest open session begins; kNoOffset: none is open.
  [[nodiscard]] Offset low_water() const noexcept {
    return oldest_ == nullptr ? kNoOffset : oldest_->offset;
  }
  [[nodiscard]] std::size_t size() const noexcept { return sessions_.size(); }

 private:
  struct Recipient {
    Recipient* next = nullptr;
    PooledText address;
  };
  // A command whose reply is still to come.
  struct Command {
    Command* next = nullptr;
    SmtpCommand command = SmtpCommand::kUnknown;
    Recipient* recipient =
        nullptr;  // of RCPT; null: given already, or not kept
  };
  struct Session {
    Session* next = nullptr;  // in the slab's freelist, or the next newer one
    Session* older = nullptr;
    std::uint64_t key = 0;
    Offset offset = 0;  // of the record of its first line
    EventTime last = kNoTime;
    Recipient* recipients = nullptr;
    Recipient* last_recipient = nullptr;
    Command* commands = nullptr;
    Command* last_command = nullptr;
    std::int64_t size = -1;
    PooledText sender;
    PooledText message_id;
    PooledText remote_host;
    PooledText begun;  // the first lines of a reply
    std::uint32_t recipient_count = 0;
    std::uint32_t command_count = 0;
    bool has_sender = false;
    bool deferred = false;  // gave a deferral
  };

  Session* FindOrStart(const LogLine& line, const MtaEvent& event,
                       Offset offset);
  void Sent(std::string_view data);
  void Heard(std::string_view data);
  void Noted(std::string_view note);
  void Disconnected(std::string_view words);
  void BeginTransaction(std::string_view data);
  void Answer(SmtpCommand command, Recipient* recipient,
              std::string_view reply);
  void Greeting(std::string_view reply);
  [[nodiscard]] std::string_view WholeReply(std::string_view line);

  void Push(SmtpCommand command, Recipient* recipient);
  void PushMessage();
  [[nodiscard]] Command Pop();
  Recipient* KeepRecipient(std::string_view address);
  void Forget(Session& session, Recipient* recipient);
  void ForgetAll(Session& session);
  void Give(Recipient* only, SmtpCommand command, std::string_view reply);
  void FillAttempt(const Recipient& recipient);
  void Expire();
  void GiveUp(Eviction why);
  void CountOpen(const Session& session, Eviction why);
  void Empty(Session& session);
  void Erase(Session* session);

  const SessionLimits limits_;
  Counts& counts_;
  absl::flat_hash_map<std::uint64_t, Session*> sessions_;
  Session* oldest_ = nullptr;
  Session* newest_session_ = nullptr;
  Slab<Session> session_slab_;
  Slab<Recipient> recipient_slab_;
  Slab<Command> command_slab_;
  TextPool texts_;
  EventTime newest_ = kNoTime;
  std::string reply_;  // a reply of several lines

  // What the last line led to, until Next() has given all of it.
  Session* session_ = nullptr;
  MtaEvent event_;
  Recipient* only_ = nullptr;   // to be given; null with all_: all are
  Recipient* given_ = nullptr;  // by the last Next()
  bool all_ = false;
  bool closing_ = false;
};

}  // namespace ricochet
