#include "publish/evidence.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "publish/key.h"
#include "ricochet/binary.h"

namespace ricochet {
namespace {

enum class Layout : std::uint8_t {
  kAddressWithoutStream = 1,
  kAddress = 2,
  kDomain = 3,
  kOperator = 4,
};

constexpr std::size_t kFixed = 36;
constexpr std::size_t kMaxText = 0xFFFF;
constexpr std::uint8_t kOwnMailbox = 1;

std::string_view Cut(std::string_view text) noexcept {
  return text.substr(0, kMaxText);
}

// What address and domain evidence begin with.
void PutOutcome(Layout layout, const AddressEvidence& evidence,
                BinaryWriter& out) noexcept {
  out.Put(layout);
  out.Put(evidence.event);
  out.Put(std::int64_t{evidence.time.time_since_epoch().count()});
  out.Put(evidence.outcome);
  out.Put(evidence.reason);
  out.Put(evidence.permanence);
  out.Put(evidence.kind);
  out.Put(evidence.decided_by);
  out.Put(evidence.authority);
  out.Put(evidence.fault);
  out.Put(evidence.provider);
  out.Put(evidence.reply_code);
  out.Put(evidence.own_mailbox ? kOwnMailbox : std::uint8_t{0});
}

void GetOutcome(BinaryReader& in, AddressEvidence& evidence) noexcept {
  in.Get(evidence.event);
  in.GetTime(evidence.time);
  in.Get(evidence.outcome, kOutcomeNames.size());
  in.Get(evidence.reason, kReasons.size());
  in.Get(evidence.permanence, kPermanenceNames.size());
  in.Get(evidence.kind, kKindNames.size());
  in.Get(evidence.decided_by, kDecidedByNames.size());
  in.Get(evidence.authority, kAuthorityNames.size());
  in.Get(evidence.fault, kFaultNames.size());
  in.Get(evidence.provider, kMaxProviders);
  in.Get(evidence.reply_code);
  std::uint8_t flags = 0;
  in.Get(flags);
  evidence.own_mailbox = flags == kOwnMailbox;
  if (flags > kOwnMailbox) in.Spoil();
}

AddressEvidence GetAddress(BinaryReader& in, Layout layout) noexcept {
  AddressEvidence evidence;
  GetOutcome(in, evidence);
  in.GetText(evidence.tenant);
  in.GetText(evidence.address);
  in.GetText(evidence.sender_domain);
  in.GetText(evidence.rule);
  if (layout == Layout::kAddress) in.GetText(evidence.stream);
  return evidence;
}

DomainEvidence GetDomain(BinaryReader& in) noexcept {
  DomainEvidence evidence;
  GetOutcome(in, evidence.failure);
  in.GetText(evidence.failure.tenant);
  in.GetText(evidence.domain);
  in.GetText(evidence.failure.rule);
  in.Get(evidence.address_hash);
  return evidence;
}

OperatorAction GetOperator(BinaryReader& in) noexcept {
  OperatorAction action;
  in.Get(action.event);
  in.GetTime(action.time);
  in.GetTime(action.expires);
  in.Get(action.verb, kOperatorVerbNames.size());
  in.Get(action.scope, kSuppressionScopeNames.size());
  in.Get(action.reason, kReasons.size());
  in.GetText(action.tenant);
  in.GetText(action.address);
  in.GetText(action.qualifier);
  in.GetText(action.who);
  in.GetText(action.note);
  return action;
}

}  // namespace

char* EvidenceEncoder::Reserve(std::size_t fixed,
                               std::initializer_list<std::string_view> texts) {
  auto size = fixed;
  for (const auto text : texts) {
    size += sizeof(std::uint16_t) + Cut(text).size();
  }
  bytes_.resize(size);
  return bytes_.data();
}

std::string_view EvidenceEncoder::Encode(const AddressEvidence& evidence) {
  const auto texts = {evidence.tenant, evidence.address, evidence.sender_domain,
                      evidence.rule, evidence.stream};
  BinaryWriter out(Reserve(kFixed, texts));
  PutOutcome(Layout::kAddress, evidence, out);
  for (const auto text : texts) out.PutText(Cut(text));
  return bytes_;
}

std::string_view EvidenceEncoder::Encode(const DomainEvidence& evidence) {
  const auto& failure = evidence.failure;
  const auto texts = {failure.tenant, evidence.domain, failure.rule};
  BinaryWriter out(Reserve(kFixed + sizeof evidence.address_hash, texts));
  PutOutcome(Layout::kDomain, failure, out);
  for (const auto text : texts) out.PutText(Cut(text));
  out.Put(evidence.address_hash);
  return bytes_;
}

std::string_view EvidenceEncoder::Encode(const OperatorAction& action) {
  const auto texts = {action.tenant, action.address, action.qualifier,
                      action.who, action.note};
  BinaryWriter out(Reserve(kFixed, texts));
  out.Put(Layout::kOperator);
  out.Put(action.event);
  out.Put(std::int64_t{action.time.time_since_epoch().count()});
  out.Put(std::int64_t{action.expires.time_since_epoch().count()});
  out.Put(action.verb);
  out.Put(action.scope);
  out.Put(action.reason);
  for (const auto text : texts) out.PutText(Cut(text));
  return bytes_;
}

OutputRecord EvidenceEncoder::Keyed(char kind, std::string_view tenant,
                                    std::string_view aggregate,
                                    std::string_view value) {
  key_ = kind;
  key_ += '|';
  AppendKeyField(tenant, key_);
  key_ += '|';
  key_ += aggregate;
  return OutputRecord{.topic = Topic::kEvidence, .key = key_, .value = value};
}

OutputRecord EvidenceEncoder::ToRecord(const AddressEvidence& evidence) {
  return Keyed('a', evidence.tenant, evidence.address, Encode(evidence));
}

OutputRecord EvidenceEncoder::ToRecord(const DomainEvidence& evidence) {
  return Keyed('d', evidence.failure.tenant, evidence.domain, Encode(evidence));
}

OutputRecord EvidenceEncoder::ToRecord(const OperatorAction& action) {
  const bool domain = action.scope == SuppressionScope::kDomain;
  return Keyed(domain ? 'd' : 'a', action.tenant, action.address,
               Encode(action));
}

Result<LedgerInput, Reject> DecodeEvidence(std::string_view bytes) noexcept {
  BinaryReader in(bytes);
  Layout layout{};
  in.Get(layout);
  LedgerInput input;
  switch (layout) {
    case Layout::kAddressWithoutStream:
    case Layout::kAddress:
      input = GetAddress(in, layout);
      break;
    case Layout::kDomain:
      input = GetDomain(in);
      break;
    case Layout::kOperator:
      input = GetOperator(in);
      break;
    default:
      return Fail(bytes.empty() ? Reject::kBadSyntax : Reject::kUnknownLayout);
  }
  if (!in.Finished()) return Fail(Reject::kBadSyntax);
  return input;
}

}  // namespace ricochet
