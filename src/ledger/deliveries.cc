#include "ledger/deliveries.h"

#include <array>
#include <vector>

#include "ricochet/binary.h"

namespace ricochet {
namespace {

constexpr std::size_t kKeySize = 1 + sizeof(std::uint64_t);
constexpr std::size_t kValueSize = 1 + sizeof(std::int64_t);
constexpr std::uint8_t kVersion = 1;

bool ReadKey(std::string_view bytes, std::uint64_t& key) noexcept {
  BinaryReader in(bytes);
  char letter = 0;
  in.Get(letter);
  in.Get(key);
  return in.Finished() && letter == 'v';
}

}  // namespace

void Deliveries::Note(std::uint64_t key, EventTime time, EventTime now) {
  if (time + memory_ <= now) return;
  table_.Prefetch(key);
  if (waiting_count_ < waiting_.size()) {
    Waiting(waiting_count_++) = {key, time};
    return;
  }
  Store(Waiting(0));
  Waiting(0) = {key, time};
  ++first_waiting_;
}

void Deliveries::StoreWaiting() {
  for (std::size_t i = 0; i < waiting_count_; ++i) Store(Waiting(i));
  waiting_count_ = 0;
}

void Deliveries::Store(const Noted& noted) {
  const bool room = table_.size() < capacity_;
  if (auto* time = room ? table_.Make(noted.key) : nullptr) {
    *time = noted.time;
    due_.Register(HourOf(noted.time + memory_), noted.key);
    return;
  }
  const auto* known = table_.Find(noted.key);
  if (known == nullptr) {
    ++refused_;
  } else if (*known < noted.time) {
    table_.Change(noted.key) = noted.time;
  }
}

EventTime Deliveries::Take(std::uint64_t key) {
  for (std::size_t i = 0; i < waiting_count_; ++i) {
    if (Waiting(i).key != key) continue;
    StoreWaiting();
    break;
  }
  const auto* known = table_.Find(key);
  if (known == nullptr) return kNoTime;
  const auto time = *known;
  table_.Erase(key);
  return time;
}

void Deliveries::Forget(EventTime now) {
  StoreWaiting();
  DueHour hour = 0;
  for (;;) {
    const auto keys = due_.TakeBefore(HourOf(now), hour);
    if (keys.empty()) return;
    for (const auto key : keys) {
      const auto* time = table_.Find(key);
      if (time == nullptr) continue;
      const auto due = HourOf(*time + memory_);
      if (due > hour) {
        due_.Register(due, key);
      } else {
        table_.Erase(key);
      }
    }
  }
}

void Deliveries::Commit(StateWriter& out) {
  StoreWaiting();
  table_.ForEachChanged([&](std::uint64_t key, const EventTime* time) {
    std::array<char, kKeySize> name{};
    BinaryWriter key_out(name.data());
    key_out.Put('v');
    key_out.Put(key);
    std::array<char, kValueSize> value{};
    BinaryWriter value_out(value.data());
    value_out.Put(kVersion);
    if (time != nullptr) {
      value_out.Put(std::int64_t{time->time_since_epoch().count()});
    }
    const std::string_view bytes(value.data(),
                                 time != nullptr ? kValueSize : 0);
    out.Put({name.data(), name.size()}, bytes, time == nullptr);
  });
}

void Deliveries::Settle() {
  StoreWaiting();
  table_.Settle();
}

void Deliveries::Rollback() {
  waiting_count_ = 0;  // noted since the last Settle()
  std::vector<std::uint64_t> keys;
  table_.ForEachChanged(
      [&](std::uint64_t key, const EventTime*) { keys.push_back(key); });
  table_.Rollback();
  for (const auto key : keys) {
    const auto* time = table_.Find(key);
    if (time != nullptr) due_.Register(HourOf(*time + memory_), key);
  }
}

Result<void> Deliveries::Load(std::string_view key, std::string_view value) {
  std::uint64_t hash = 0;
  std::uint8_t version = 0;
  EventTime time = kNoTime;
  BinaryReader in(value);
  in.Get(version);
  in.GetTime(time);
  if (!ReadKey(key, hash) || !in.Finished() || version != kVersion ||
      time == kNoTime) {
    return Fail(ErrorCode::kKafka, "a delivery in the state is not readable");
  }
  table_.Load(hash, time);
  due_.Register(HourOf(time + memory_), hash);
  return {};
}

void Deliveries::Unload(std::string_view key) {
  std::uint64_t hash = 0;
  if (ReadKey(key, hash)) table_.Unload(hash);
}

}  // namespace ricochet
