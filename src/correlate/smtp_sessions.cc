#include "correlate/smtp_sessions.h"

#include <array>
#include <charconv>

#include "ricochet/ascii.h"
#include "ricochet/text_hash.h"

namespace ricochet {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
// Of commands that wait for a reply, beside one for each recipient.
constexpr std::uint32_t kOtherCommands = 100;

struct Verb {
  std::string_view name;
  SmtpCommand command;
};
constexpr auto kVerbs = std::to_array<Verb>({
    {"MAIL", SmtpCommand::kMailFrom},
    {"RCPT", SmtpCommand::kRcptTo},
    {"DATA", SmtpCommand::kData},
    {"RSET", SmtpCommand::kRset},
    {"QUIT", SmtpCommand::kQuit},
    {"EHLO", SmtpCommand::kEhlo},
    {"HELO", SmtpCommand::kEhlo},
    {"STARTTLS", SmtpCommand::kStartTls},
    {"AUTH", SmtpCommand::kAuth},
});

// BDAT sends data; the last one ends it (RFC 3030, section 2).
SmtpCommand CommandOf(std::string_view data) {
  const auto verb = data.substr(0, data.find_first_of(" :"));
  if (EqualsIgnoreCase(verb, "BDAT")) {
    return EndsWithIgnoreCase(data, " LAST") ? SmtpCommand::kEndOfData
                                             : SmtpCommand::kData;
  }
  for (const auto& [name, command] : kVerbs) {
    if (EqualsIgnoreCase(verb, name)) return command;
  }
  return SmtpCommand::kUnknown;
}

// The path of "MAIL FROM:<path> SIZE=1"; a quoted local part may hold brackets.
// False: there is none.
bool PathOf(std::string_view data, std::string_view& path) {
  const auto open = data.find('<');
  if (open == kNone) return false;
  data.remove_prefix(open + 1);
  std::size_t from = 0;
  if (data.starts_with('"')) {
    for (from = 1; from < data.size() && data[from] != '"'; ++from) {
      if (data[from] == '\\') ++from;
    }
  }
  const auto close = data.find('>', from);
  if (close == kNone) return false;
  path = data.substr(0, close);
  return true;
}

// What follows "SIZE=" (RFC 1870); -1: nothing.
std::int64_t SizeOf(std::string_view data) {
  const auto at = data.find(" SIZE=");
  if (at == kNone) return -1;
  data.remove_prefix(at + 6);
  std::int64_t size = -1;
  std::from_chars(data.data(), data.data() + data.size(), size);
  return size;
}

// Of a line that begins with three digits.
int CodeOf(std::string_view reply) {
  int code = 0;
  if (reply.size() >= 3) std::from_chars(reply.data(), &reply[2] + 1, code);
  return code;
}

// Do more lines of this reply follow? Some logs write them all in one.
bool GoesOn(std::string_view line) {
  if (line.size() < 4 || line[3] != '-') return false;
  const std::array<char, 5> last = {' ', line[0], line[1], line[2], ' '};
  return line.find(std::string_view(last.data(), last.size())) == kNone;
}

// "mx.example.org" of "220 mx.example.org ESMTP".
std::string_view HostIn(std::string_view greeting) {
  if (greeting.size() < 4) return {};
  auto host = greeting.substr(4);
  host = host.substr(0, host.find_first_of(" -,;"));
  return host.find('.') == kNone ? std::string_view{} : host;
}

}  // namespace

SmtpSessions::SmtpSessions(Counts& counts, const SessionLimits& limits)
    : limits_(limits), counts_(counts) {}

void SmtpSessions::Add(const LogLine& line, const MtaEvent& event,
                       Offset offset) {
  while (Next() != nullptr) {
  }
  if (line.time > newest_) {
    newest_ = line.time;
    Expire();
  }
  session_ = FindOrStart(line, event, offset);
  if (session_ == nullptr) return;
  session_->last = line.time;
  event_ = MtaEvent{};
  event_.mta = event.mta;
  event_.queue_id = event.queue_id;
  event_.egress = event.egress;
  event_.relay_ip = event.relay_ip;
  event_.relay_port = event.relay_port;
  switch (event.step) {
    case MtaEvent::Step::kConnected:
      break;
    case MtaEvent::Step::kSent:
      return Sent(event.dialogue);
    case MtaEvent::Step::kHeard:
      return Heard(event.dialogue);
    case MtaEvent::Step::kNote:
      return Noted(event.dialogue);
    case MtaEvent::Step::kDisconnected:
      return Disconnected(event.dialogue);
  }
}

// Null: the session of which only the end is seen.
SmtpSessions::Session* SmtpSessions::FindOrStart(const LogLine& line,
                                                 const MtaEvent& event,
                                                 Offset offset) {
  const std::uint64_t key =
      TextHash()(line.host) * 31 + TextHash()(event.queue_id);
  const auto found = sessions_.find(key);
  if (found != sessions_.end()) return found->second;
  if (event.step == MtaEvent::Step::kDisconnected) return nullptr;
  if (sessions_.size() >= limits_.max_sessions) GiveUp(Eviction::kCapacity);
  Session* session = session_slab_.Take();
  session->next = nullptr;
  session->key = key;
  session->offset = offset;
  session->older = newest_session_;
  (newest_session_ != nullptr ? newest_session_->next : oldest_) = session;
  newest_session_ = session;
  sessions_.emplace(key, session);
  return session;
}

void SmtpSessions::Sent(std::string_view data) {
  if (session_->command_count >= limits_.max_recipients + kOtherCommands) {
    CountOpen(*session_, Eviction::kCapacity);  // whoever answers, it is lost
    Empty(*session_);
  }
  const SmtpCommand command = CommandOf(data);
  Recipient* recipient = nullptr;
  std::string_view path;
  switch (command) {
    case SmtpCommand::kMailFrom:
      BeginTransaction(data);
      break;
    case SmtpCommand::kRcptTo:
      if (PathOf(data, path)) recipient = KeepRecipient(path);
      break;
    case SmtpCommand::kRset:
      ForgetAll(*session_);
      break;
    default:
      break;
  }
  Push(command, recipient);
}

void SmtpSessions::BeginTransaction(std::string_view data) {
  CountOpen(*session_, Eviction::kRecipients);
  ForgetAll(*session_);
  texts_.Free(session_->sender);
  std::string_view sender;
  session_->has_sender = PathOf(data, sender);
  session_->sender = texts_.Copy(sender);
  session_->size = SizeOf(data);
}

void SmtpSessions::Heard(std::string_view data) {
  const auto reply = WholeReply(data);
  if (reply.empty()) return;
  if (session_->commands == nullptr) return Greeting(reply);
  const Command command = Pop();
  Answer(command.command, command.recipient, reply);
}

// The reply that this line ends; empty: it goes on. Of replies that grant, only
// the last line is kept.
std::string_view SmtpSessions::WholeReply(std::string_view line) {
  const bool refused = CodeOf(line) >= 400;
  const bool goes_on = GoesOn(line);
  if (!refused) return goes_on ? std::string_view{} : line;
  if (!goes_on && session_->begun.size == 0) return line;
  reply_.assign(session_->begun.view());
  if (!reply_.empty()) reply_ += ' ';
  reply_.append(line);
  texts_.Free(session_->begun);
  if (!goes_on) return reply_;
  session_->begun =
      texts_.Copy(std::string_view(reply_).substr(0, TextPool::kLongest));
  return {};
}

// What the server says unasked.
void SmtpSessions::Greeting(std::string_view reply) {
  const int code = CodeOf(reply);
  if (code == 220) {
    texts_.Free(session_->remote_host);
    session_->remote_host = texts_.Copy(HostIn(reply));
  } else if (code == 421) {
    Give(nullptr, SmtpCommand::kUnknown, reply);
  }
}

void SmtpSessions::Answer(SmtpCommand command, Recipient* recipient,
                          std::string_view reply) {
  const int code = CodeOf(reply);
  if (code == 354 && command == SmtpCommand::kData) {
    return PushMessage();
  }
  if (code < 400) {
    if (command == SmtpCommand::kEndOfData && code >= 200 && code < 300) {
      Give(nullptr, command, reply);
    }
    return;
  }
  // The server closes the connection (RFC 5321, section 3.8).
  if (code == 421) return Give(nullptr, command, reply);
  switch (command) {
    case SmtpCommand::kRcptTo:
      if (recipient != nullptr) Give(recipient, command, reply);
      break;
    case SmtpCommand::kMailFrom:
    case SmtpCommand::kData:
    case SmtpCommand::kEndOfData:
      Give(nullptr, command, reply);
      break;
    default:
      break;
  }
}

// "sending message with RecordId 123 and InternetMessageId <a@b>"
void SmtpSessions::Noted(std::string_view note) {
  constexpr std::string_view kWords = "InternetMessageId ";
  const auto at = note.find(kWords);
  if (at == kNone) return;
  texts_.Free(session_->message_id);
  session_->message_id = texts_.Copy(note.substr(at + kWords.size()));
}

// RFC 3463, X.4.2: the connection was good, and did not stay so.
void SmtpSessions::Disconnected(std::string_view words) {
  closing_ = true;
  if (session_->recipients == nullptr) return;
  const SmtpCommand waited = session_->commands == nullptr
                                 ? SmtpCommand::kUnknown
                                 : session_->commands->command;
  reply_.assign("Connection dropped");
  if (!words.empty()) reply_.append(": ").append(words);
  Give(nullptr, waited, reply_);
  event_.outcome = Outcome::kDeferred;
  event_.authority = Authority::kLocal;
  event_.dsn = {4, 4, 2};
}

void SmtpSessions::Push(SmtpCommand command, Recipient* recipient) {
  Command* sent = command_slab_.Take();
  sent->next = nullptr;
  sent->command = command;
  sent->recipient = recipient;
  (session_->last_command != nullptr ? session_->last_command->next
                                     : session_->commands) = sent;
  session_->last_command = sent;
  ++session_->command_count;
}

// The message itself was sent, before anything that waits for a reply.
void SmtpSessions::PushMessage() {
  Command* sent = command_slab_.Take();
  sent->command = SmtpCommand::kEndOfData;
  sent->next = session_->commands;
  session_->commands = sent;
  if (session_->last_command == nullptr) session_->last_command = sent;
  ++session_->command_count;
}

SmtpSessions::Command SmtpSessions::Pop() {
  Command* first = session_->commands;
  const Command command = *first;
  session_->commands = first->next;
  if (session_->commands == nullptr) session_->last_command = nullptr;
  --session_->command_count;
  command_slab_.Free(first);
  return command;
}

SmtpSessions::Recipient* SmtpSessions::KeepRecipient(std::string_view address) {
  if (session_->recipient_count >= limits_.max_recipients || address.empty() ||
      address.size() > TextPool::kLongest) {
    ++counts_.evicted[static_cast<std::size_t>(Eviction::kRecipients)];
    return nullptr;
  }
  Recipient* recipient = recipient_slab_.Take();
  recipient->next = nullptr;
  recipient->address = texts_.Copy(address);
  (session_->last_recipient != nullptr ? session_->last_recipient->next
                                       : session_->recipients) = recipient;
  session_->last_recipient = recipient;
  ++session_->recipient_count;
  return recipient;
}

void SmtpSessions::Forget(Session& session, Recipient* recipient) {
  Recipient** link = &session.recipients;
  Recipient* before = nullptr;
  while (*link != recipient) {
    before = *link;
    link = &before->next;
  }
  *link = recipient->next;
  if (session.last_recipient == recipient) session.last_recipient = before;
  --session.recipient_count;
  for (Command* sent = session.commands; sent != nullptr; sent = sent->next) {
    if (sent->recipient == recipient) sent->recipient = nullptr;
  }
  texts_.Free(recipient->address);
  recipient_slab_.Free(recipient);
}

void SmtpSessions::ForgetAll(Session& session) {
  while (session.recipients != nullptr) Forget(session, session.recipients);
}

// Makes Next() give an outcome to one recipient, or to all that have none.
void SmtpSessions::Give(Recipient* only, SmtpCommand command,
                        std::string_view reply) {
  only_ = only;
  all_ = only == nullptr;
  const int code = CodeOf(reply);
  event_.command = command;
  event_.reply = reply;
  event_.outcome = code < 300   ? Outcome::kDelivered
                   : code < 500 ? Outcome::kDeferred
                                : Outcome::kBounced;
}

void SmtpSessions::FillAttempt(const Recipient& recipient) {
  const Session& session = *session_;
  event_.kind = MtaEvent::Kind::kAttempt;
  event_.cause = Cause::kAttempt;
  event_.self_contained = true;
  event_.sender = session.sender.view();
  event_.has_sender = session.has_sender;
  event_.message_id = session.message_id.view();
  event_.size = session.size;
  event_.remote_host = session.remote_host.view();
  event_.remote_ip = event_.relay_ip;
  event_.recipient = recipient.address.view();
}

const MtaEvent* SmtpSessions::Next() {
  if (session_ == nullptr) return nullptr;
  if (given_ != nullptr) Forget(*session_, given_);
  given_ = all_ ? session_->recipients : only_;
  only_ = nullptr;
  if (given_ != nullptr) {
    FillAttempt(*given_);
    session_->deferred |= event_.outcome == Outcome::kDeferred;
    return &event_;
  }
  if (all_) texts_.Free(session_->message_id);
  all_ = false;
  Session* session = session_;
  session_ = nullptr;
  if (!closing_) return nullptr;
  closing_ = false;
  const bool deferred = session->deferred;
  Erase(session);
  if (!deferred) return nullptr;
  const auto id = event_.queue_id;
  const auto mta = event_.mta;
  event_ = MtaEvent{};
  event_.kind = MtaEvent::Kind::kRemoved;
  event_.cause = Cause::kRemoved;
  event_.mta = mta;
  event_.queue_id = id;
  return &event_;
}

void SmtpSessions::Expire() {
  while (oldest_ != nullptr && oldest_->last + limits_.silence < newest_) {
    GiveUp(Eviction::kAge);
  }
}

void SmtpSessions::GiveUp(Eviction why) {
  CountOpen(*oldest_, why);
  Erase(oldest_);
}

void SmtpSessions::CountOpen(const Session& session, Eviction why) {
  counts_.evicted[static_cast<std::size_t>(why)] += session.recipient_count;
}

void SmtpSessions::Empty(Session& session) {
  while (session.commands != nullptr) {
    Command* sent = session.commands;
    session.commands = sent->next;
    command_slab_.Free(sent);
  }
  session.last_command = nullptr;
  session.command_count = 0;
  ForgetAll(session);
}

void SmtpSessions::Erase(Session* session) {
  Empty(*session);
  texts_.Free(session->sender);
  texts_.Free(session->message_id);
  texts_.Free(session->remote_host);
  texts_.Free(session->begun);
  (session->older != nullptr ? session->older->next : oldest_) = session->next;
  (session->next != nullptr ? session->next->older : newest_session_) =
      session->older;
  sessions_.erase(session->key);
  session_slab_.Free(session);
}

}  // namespace ricochet
