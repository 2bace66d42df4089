#include "publish/evidence.h"

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "publish/key.h"

namespace ricochet {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the table in evidence.h is little-endian");

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kFixed = 36;
constexpr std::size_t kMaxText = 0xFFFF;
constexpr std::uint8_t kOwnMailbox = 1;

// Writes plain numbers one after another into a buffer that is large enough.
class Writer {
 public:
  explicit Writer(char* out) : out_(out) {}

  template <class T>
  void Put(T value) noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(out_, &value, sizeof(T));
    out_ += sizeof(T);
  }
  void PutText(std::string_view text) noexcept {
    Put(static_cast<std::uint16_t>(text.size()));
    out_ += text.copy(out_, text.size());
  }

 private:
  char* out_;
};

// Takes them off the front of a view. After the first failure everything
// fails; the caller asks once, at the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  void Get(T& value) noexcept {
    if (rest_.size() < sizeof(T)) return Spoil();
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
  }
  // An enumerator of the first `count`.
  template <class E>
  void Get(E& value, std::size_t count) noexcept {
    std::uint8_t number = 0;
    Get(number);
    if (number >= count) return Spoil();
    value = static_cast<E>(number);
  }
  void GetText(std::string_view& text) noexcept {
    std::uint16_t size = 0;
    Get(size);
    if (rest_.size() < size) return Spoil();
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  [[nodiscard]] bool Finished() const noexcept { return ok_ && rest_.empty(); }
  void Spoil() noexcept {
    ok_ = false;
    rest_ = {};
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Years 0 to 9999, so that adding an expiry cannot overflow; or none.
bool IsTime(EventTime time) noexcept {
  using std::chrono::year;
  constexpr EventTime kFirst = std::chrono::sys_days(year{0} / 1 / 1);
  constexpr EventTime kEnd = std::chrono::sys_days(year{10000} / 1 / 1);
  return time == kNoTime || (time >= kFirst && time < kEnd);
}

}  // namespace

std::string_view EvidenceEncoder::Encode(const AddressEvidence& evidence) {
  const std::array texts = {evidence.tenant.substr(0, kMaxText),
                            evidence.address.substr(0, kMaxText),
                            evidence.sender_domain.substr(0, kMaxText),
                            evidence.rule.substr(0, kMaxText)};
  auto size = kFixed;
  for (const auto text : texts) size += sizeof(std::uint16_t) + text.size();
  if (bytes_.size() < size) bytes_.resize(size);
  Writer out(bytes_.data());
  out.Put(kVersion);
  out.Put(evidence.event.high);
  out.Put(evidence.event.low);
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
  for (const auto text : texts) out.PutText(text);
  return std::string_view(bytes_).substr(0, size);
}

OutputRecord EvidenceEncoder::ToRecord(const AddressEvidence& evidence) {
  key_ = "a|";
  AppendKeyField(evidence.tenant, key_);
  key_ += '|';
  key_ += evidence.address;
  return OutputRecord{
      .topic = Topic::kEvidence, .key = key_, .value = Encode(evidence)};
}

Result<AddressEvidence, Reject> DecodeEvidence(
    std::string_view bytes) noexcept {
  Reader in(bytes);
  std::uint8_t version = 0;
  in.Get(version);
  if (version != kVersion) {
    return Fail(bytes.empty() ? Reject::kBadSyntax : Reject::kUnknownLayout);
  }
  AddressEvidence evidence;
  in.Get(evidence.event.high);
  in.Get(evidence.event.low);
  std::int64_t time = 0;
  in.Get(time);
  evidence.time = EventTime{std::chrono::milliseconds{time}};
  if (!IsTime(evidence.time)) in.Spoil();
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
  in.GetText(evidence.tenant);
  in.GetText(evidence.address);
  in.GetText(evidence.sender_domain);
  in.GetText(evidence.rule);
  if (!in.Finished()) return Fail(Reject::kBadSyntax);
  return evidence;
}

}  // namespace ricochet
