#include "correlate/message_state.h"

#include <array>
#include <cstring>

#include "ricochet/binary.h"
#include "ricochet/intern.h"

namespace ricochet {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kEnded = 2;

void WritePosition(Position at, BinaryAppender& out) {
  out.Put(at.offset);
  out.Put(at.index);
}

enum Flag : std::uint8_t {
  kHasSender = 1,
  kSeenStart = 2,
  kActive = 4,
  kRemoved = 8,
  kOverflowed = 16,
};
constexpr std::uint8_t kAllFlags = 31;

std::uint8_t FlagsOf(const Message& message) noexcept {
  return static_cast<std::uint8_t>((message.has_sender ? kHasSender : 0) |
                                   (message.seen_start ? kSeenStart : 0) |
                                   (message.active ? kActive : 0) |
                                   (message.removed ? kRemoved : 0) |
                                   (message.overflowed ? kOverflowed : 0));
}

void ReadFlags(BinaryReader& in, Message& message) noexcept {
  std::uint8_t flags = 0;
  in.Get(flags);
  if (flags > kAllFlags) in.Spoil();
  message.has_sender = (flags & kHasSender) != 0;
  message.seen_start = (flags & kSeenStart) != 0;
  message.active = (flags & kActive) != 0;
  message.removed = (flags & kRemoved) != 0;
  message.overflowed = (flags & kOverflowed) != 0;
}

void WriteVerdict(const Verdict& verdict, BinaryAppender& out) {
  out.Put(verdict.reason);
  out.Put(verdict.last_reason);
  out.Put(verdict.permanence);
  out.Put(verdict.fault);
  out.Put(verdict.kind);
  out.Put(verdict.authority);
  out.Put(verdict.decided_by);
  out.Put(verdict.provider);
  out.Put(std::uint8_t{verdict.disagreement});
  out.PutText(verdict.rule);
}

void ReadVerdict(BinaryReader& in, Verdict& verdict) {
  std::uint8_t disagreement = 0;
  std::string_view rule;
  in.Get(verdict.reason, kReasons.size());
  in.Get(verdict.last_reason, kReasons.size());
  in.Get(verdict.permanence, kPermanenceNames.size());
  in.Get(verdict.fault, kFaultNames.size());
  in.Get(verdict.kind, kKindNames.size());
  in.Get(verdict.authority, kAuthorityNames.size());
  in.Get(verdict.decided_by, kDecidedByNames.size());
  in.Get(verdict.provider, kMaxProviders);
  in.Get(disagreement);
  in.GetText(rule);
  verdict.disagreement = disagreement != 0;
  verdict.rule = in.ok() ? Intern(rule) : std::string_view{};
}

void WriteRecipient(const Recipient& recipient, BinaryAppender& out) {
  out.PutText(recipient.address.view());
  out.PutText(recipient.original.view());
  out.Put(recipient.attempts);
  WriteVerdict(recipient.verdict, out);
  out.Put(recipient.reply_code);
  out.Put(recipient.enhanced_code.cls);
  out.Put(recipient.enhanced_code.subject);
  out.Put(recipient.enhanced_code.detail);
  out.Put(recipient.command);
  out.Put(recipient.template_id);
  out.PutText(recipient.text.view());
  out.PutText(recipient.remote_host.view());
  out.PutText(recipient.remote_ip.view());
}

SavedRecipient ReadRecipient(BinaryReader& in) {
  SavedRecipient saved;
  Recipient& facts = saved.facts;
  in.GetText(saved.address);
  in.GetText(saved.original);
  in.Get(facts.attempts);
  ReadVerdict(in, facts.verdict);
  in.Get(facts.reply_code);
  in.Get(facts.enhanced_code.cls);
  in.Get(facts.enhanced_code.subject);
  in.Get(facts.enhanced_code.detail);
  in.Get(facts.command, kSmtpCommandNames.size());
  in.Get(facts.template_id);
  in.GetText(saved.text);
  in.GetText(saved.remote_host);
  in.GetText(saved.remote_ip);
  return saved;
}

}  // namespace

std::string_view BytesOf(const MessageKey& key) noexcept {
  return {reinterpret_cast<const char*>(&key), sizeof key};
}

Result<MessageKey> ReadMessageKey(std::string_view bytes) {
  MessageKey key;
  if (bytes.size() != sizeof key) {
    return Fail(ErrorCode::kKafka, "a key is not that of a message");
  }
  std::memcpy(&key, bytes.data(), sizeof key);
  return key;
}

void WriteEnd(Position applied, std::string& out) {
  out.clear();
  BinaryAppender writer(out);
  writer.Put(kEnded);
  WritePosition(applied, writer);
}

void WriteMessage(const Message& message, Position applied, std::string& out) {
  out.clear();
  BinaryAppender writer(out);
  writer.Put(kVersion);
  WritePosition(applied, writer);
  writer.Put(message.offset);
  writer.PutTime(message.first);
  writer.PutTime(message.gone);
  writer.Put(message.size);
  writer.Put(message.headers);
  writer.Put(message.recipients);
  writer.Put(FlagsOf(message));
  writer.PutText(message.sender.view());
  writer.PutText(message.message_id.view());
  writer.Put(message.outstanding_count);
  for (const Recipient* recipient = message.outstanding; recipient != nullptr;
       recipient = recipient->next) {
    WriteRecipient(*recipient, writer);
  }
}

Result<SavedMessage> ReadMessage(std::string_view bytes) {
  BinaryReader in(bytes);
  SavedMessage saved;
  Message& facts = saved.facts;
  std::uint8_t version = 0;
  in.Get(version);
  if (version != kVersion && version != kEnded) {
    return Fail(ErrorCode::kKafka, "a message of an unknown version");
  }
  in.Get(facts.applied.offset);
  in.Get(facts.applied.index);
  saved.ended = version == kEnded;
  if (saved.ended) {
    if (!in.Finished()) return Fail(ErrorCode::kKafka, "an end cut or spoilt");
    return saved;
  }
  in.Get(facts.offset);
  in.GetTime(facts.first);
  in.GetTime(facts.gone);
  in.Get(facts.size);
  in.Get(facts.headers);
  in.Get(facts.recipients);
  ReadFlags(in, facts);
  in.GetText(saved.sender);
  in.GetText(saved.message_id);
  std::uint32_t recipients = 0;
  in.Get(recipients);
  for (; recipients > 0 && in.ok(); --recipients) {
    saved.recipients.push_back(ReadRecipient(in));
  }
  if (!in.Finished()) return Fail(ErrorCode::kKafka, "a message cut or spoilt");
  return saved;
}

}  // namespace ricochet
