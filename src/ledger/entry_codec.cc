#include "ledger/entry_codec.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "ricochet/binary.h"

namespace ricochet {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kSuppressed = 1;
constexpr std::uint8_t kDelivered = 2;
constexpr std::uint8_t kReleased = 4;
constexpr std::uint8_t kManual = 8;
constexpr std::uint8_t kWaits = 0x80;  // beside a kind
constexpr std::size_t kMaxText = 0xFFFF;
constexpr std::size_t kMaxCauses = 2 * kReasons.size();
// At most: what is no list or text, of an entry and of a cause; of a day.
constexpr std::size_t kEntrySize = 128;
constexpr std::size_t kCauseSize = 64;
constexpr std::size_t kDaySize = kMaxVarint + sizeof(EventId);

std::int64_t MillisOf(EventTime time) noexcept {
  return time.time_since_epoch().count();
}

std::string_view Cut(std::string_view text) noexcept {
  return text.substr(0, kMaxText);
}

// Enough octets for the entry.
std::size_t RoomFor(const LedgerEntry& entry, const RuleNames* names) {
  auto size = kEntrySize;
  if (entry.manual)
    size += entry.manual->who.size() + entry.manual->note.size();
  for (const auto& cause : entry.causes) {
    size +=
        kCauseSize + kDaySize * (cause.days.size() + cause.addresses.size());
    if (names != nullptr) size += names->Name(cause.rule).size();
  }
  return size;
}

void PutManual(const ManualAdd& manual, BinaryWriter& out) {
  out.Put(MillisOf(manual.time));
  out.Put(manual.event);
  out.Put(MillisOf(manual.expires));
  out.Put(manual.reason);
  out.PutText(Cut(manual.who));
  out.PutText(Cut(manual.note));
}

ManualAdd GetManual(BinaryReader& in) {
  ManualAdd manual;
  in.GetTime(manual.time);
  in.Get(manual.event);
  in.GetTime(manual.expires);
  in.Get(manual.reason, kReasons.size());
  std::string_view text;
  in.GetText(text);
  manual.who = text;
  text = {};
  in.GetText(text);
  manual.note = text;
  if (manual.time == kNoTime) in.Spoil();
  return manual;
}

void PutCause(const LedgerCause& cause, const RuleNames* names,
              BinaryWriter& out) {
  out.Put(cause.reason);
  out.Put(static_cast<std::uint8_t>(static_cast<std::uint8_t>(cause.kind) |
                                    (cause.waits ? kWaits : 0)));
  if (names == nullptr) {
    out.PutVarint(cause.rule);
  } else {
    out.PutText(Cut(names->Name(cause.rule)));
  }
  out.Put(cause.repeats);
  out.PutSigned(MillisOf(cause.first));
  auto before = cause.first;
  out.PutVarint(cause.days.size());
  for (const auto& day : cause.days) {
    out.PutSigned((day.time - before).count());
    out.Put(day.event);
    before = day.time;
  }
  out.PutVarint(cause.addresses.size());
  for (const auto& address : cause.addresses) {
    out.PutSigned((address.time - before).count());
    out.Put(address.hash);
    before = address.time;
  }
}

// A time written as the distance from another; fails beyond what is storable.
EventTime GetTimeAfter(EventTime before, BinaryReader& in) noexcept {
  const auto base = static_cast<std::uint64_t>(MillisOf(before));
  const auto sum = base + static_cast<std::uint64_t>(in.GetSigned());
  const EventTime time{
      std::chrono::milliseconds{static_cast<std::int64_t>(sum)}};
  if (time == kNoTime || !IsStorable(time)) {
    in.Spoil();
    return before;
  }
  return time;
}

void GetDays(BinaryReader& in, LedgerCause& cause) {
  using std::chrono::days;
  const auto size = in.GetVarint();
  if (size == 0 || size > SuppressionCause::kMaxDays) return in.Spoil();
  auto before = cause.first;
  for (std::uint64_t i = 0; i < size && in.ok(); ++i) {
    const auto time = GetTimeAfter(before, in);
    const bool next = i == 0 ? time >= cause.first
                             : std::chrono::floor<days>(time) >
                                   std::chrono::floor<days>(before);
    if (!next) return in.Spoil();
    EvidenceDay day{.time = time, .event = {}};
    in.Get(day.event);
    cause.days.push_back(day);
    before = time;
  }
}

void GetAddresses(BinaryReader& in, LedgerCause& cause) {
  const auto size = in.GetVarint();
  if (size > SuppressionCause::kMaxDays || cause.days.empty()) {
    return in.Spoil();
  }
  auto before = cause.last();
  for (std::uint64_t i = 0; i < size && in.ok(); ++i) {
    FailedAddress address{.time = GetTimeAfter(before, in)};
    in.Get(address.hash);
    if (i > 0 && address.time < before) return in.Spoil();
    cause.addresses.push_back(address);
    before = address.time;
  }
}

void GetCause(BinaryReader& in, RuleNames* names, LedgerCause& cause) {
  in.Get(cause.reason, kReasons.size());
  std::uint8_t kind = 0;
  in.Get(kind);
  cause.waits = (kind & kWaits) != 0;
  kind = static_cast<std::uint8_t>(kind & ~kWaits);
  if (kind >= kKindNames.size()) return in.Spoil();
  cause.kind = static_cast<Kind>(kind);
  if (names == nullptr) {
    cause.rule = static_cast<RuleNumber>(in.GetVarint());
  } else {
    std::string_view name;
    in.GetText(name);
    if (in.ok()) cause.rule = names->Intern(name);
  }
  in.Get(cause.repeats);
  cause.first = GetTimeAfter(EventTime{}, in);
  GetDays(in, cause);
  GetAddresses(in, cause);
}

// Ascending, and so each once.
bool InOrder(const std::vector<LedgerCause>& causes) noexcept {
  const auto order = [](const LedgerCause& cause) {
    return std::pair(cause.reason, cause.waits);
  };
  return std::ranges::adjacent_find(causes, std::ranges::greater_equal{},
                                    order) == causes.end();
}

}  // namespace

std::string_view EncodeEntry(const LedgerEntry& entry, const RuleNames* names,
                             std::string& out) {
  const auto room = RoomFor(entry, names);
  if (out.size() < room) out.resize(room);
  BinaryWriter writer(out.data());
  writer.Put(kVersion);
  writer.Put(
      static_cast<std::uint8_t>((entry.suppressed ? kSuppressed : 0) |
                                (entry.delivered != kNoTime ? kDelivered : 0) |
                                (entry.released != kNoTime ? kReleased : 0) |
                                (entry.manual ? kManual : 0)));
  writer.PutVarint(static_cast<std::uint64_t>(entry.applied + 1));
  if (entry.delivered != kNoTime) writer.PutSigned(MillisOf(entry.delivered));
  if (entry.released != kNoTime) writer.PutSigned(MillisOf(entry.released));
  if (entry.manual) PutManual(*entry.manual, writer);
  writer.PutVarint(entry.causes.size());
  for (const auto& cause : entry.causes) PutCause(cause, names, writer);
  return {out.data(), static_cast<std::size_t>(writer.end() - out.data())};
}

bool DecodeEntry(std::string_view bytes, RuleNames* names, LedgerEntry& entry) {
  entry = LedgerEntry{};
  BinaryReader in(bytes);
  std::uint8_t version = 0;
  std::uint8_t flags = 0;
  in.Get(version);
  in.Get(flags);
  if (version != kVersion || flags > 0x0F) return false;
  entry.suppressed = (flags & kSuppressed) != 0;
  const auto applied = in.GetVarint();
  if (applied > INT64_MAX) return false;
  entry.applied = static_cast<Offset>(applied) - 1;
  if ((flags & kDelivered) != 0)
    entry.delivered = GetTimeAfter(EventTime{}, in);
  if ((flags & kReleased) != 0) entry.released = GetTimeAfter(EventTime{}, in);
  if ((flags & kManual) != 0) entry.manual = GetManual(in);
  const auto causes = in.GetVarint();
  if (causes > kMaxCauses) return false;
  for (std::uint64_t i = 0; i < causes && in.ok(); ++i) {
    GetCause(in, names, entry.causes.emplace_back());
  }
  return in.Finished() && InOrder(entry.causes);
}

}  // namespace ricochet
