#include "ledger/brake.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "ricochet/binary.h"

namespace ricochet {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kKeySize = 1 + sizeof(ProviderId) + sizeof(std::int32_t);

}  // namespace

bool DistinctCount::IsNew(std::uint64_t hash) const noexcept {
  if (smallest_.size() == kKept && hash >= smallest_.back()) return false;
  return !std::ranges::binary_search(smallest_, hash);
}

void DistinctCount::See(std::uint64_t hash) {
  if (!IsNew(hash)) return;
  smallest_.insert(std::ranges::lower_bound(smallest_, hash), hash);
  if (smallest_.size() > kKept) smallest_.pop_back();
}

std::uint64_t DistinctCount::Estimate() const noexcept {
  if (smallest_.size() < kKept) return smallest_.size();
  constexpr double kAll = 18446744073709551616.0;  // 2^64
  const double share = static_cast<double>(smallest_.back()) / kAll;
  return static_cast<std::uint64_t>((kKept - 1) / share);
}

Brake::Place Brake::PlaceOf(ProviderId provider,
                            EventTime time) const noexcept {
  const auto hours =
      std::chrono::floor<std::chrono::hours>(time).time_since_epoch();
  return {provider, static_cast<std::int32_t>(hours / policy_.window)};
}

void Brake::See(ProviderId provider, EventTime time, std::uint64_t recipient) {
  if (!policy_.enabled) return;
  const auto place = PlaceOf(provider, time);
  if (place.number < swept_) return;
  const auto* window = windows_.Find(place);
  if (window != nullptr && !window->recipients.IsNew(recipient)) return;
  windows_.Change(place).recipients.See(recipient);
}

bool Brake::Admit(ProviderId provider, EventTime time,
                  std::optional<BrakeAlert>& alert) {
  if (!policy_.enabled) return true;
  const auto place = PlaceOf(provider, time);
  if (place.number < swept_) return true;
  auto& window = windows_.Change(place);
  ++window.suppressions;
  if (window.stopped) return false;
  const auto recipients = window.recipients.Estimate();
  const auto most =
      recipients * static_cast<std::uint64_t>(policy_.share_percent);
  if (recipients < static_cast<std::uint64_t>(policy_.min_recipients) ||
      window.suppressions * 100 <= most) {
    return true;
  }
  window.stopped = true;
  alert = BrakeAlert{.provider = provider,
                     .from = EventTime{place.number * policy_.window},
                     .window = policy_.window,
                     .recipients = recipients,
                     .suppressions = window.suppressions};
  return false;
}

void Brake::Forget(EventTime now) {
  // The window before the present one may still be filled.
  const auto keep = PlaceOf(0, now).number - 1;
  if (keep <= swept_) return;
  swept_ = keep;
  std::vector<Place> old;
  windows_.ForEach([&](Place place, const Window&) {
    if (place.number < keep) old.push_back(place);
  });
  for (const auto place : old) windows_.Erase(place);
}

void Brake::Commit(StateWriter& out) const {
  std::string value;
  windows_.ForEachChanged([&](Place place, const Window* window) {
    std::array<char, kKeySize> key{};
    BinaryWriter key_out(key.data());
    key_out.Put('b');
    key_out.Put(place.provider);
    key_out.Put(place.number);
    value.resize(2 + 2 * kMaxVarint +
                 DistinctCount::kKept * sizeof(std::uint64_t));
    BinaryWriter value_out(value.data());
    if (window != nullptr) {
      const auto& kept = window->recipients.kept();
      value_out.Put(kVersion);
      value_out.Put(std::uint8_t{window->stopped});
      value_out.PutVarint(window->suppressions);
      value_out.PutVarint(kept.size());
      for (const auto hash : kept) value_out.Put(hash);
    }
    out.Put({key.data(), key.size()},
            {value.data(),
             static_cast<std::size_t>(value_out.end() - value.data())},
            window == nullptr);
  });
}

void Brake::Settle() {
  windows_.Settle();
  settled_swept_ = swept_;
}

void Brake::Rollback() {
  windows_.Rollback();
  swept_ = settled_swept_;
}

bool Brake::ReadKey(std::string_view bytes, Place& place) noexcept {
  BinaryReader in(bytes);
  char letter = 0;
  in.Get(letter);
  in.Get(place.provider, kMaxProviders);
  in.Get(place.number);
  return in.Finished() && letter == 'b';
}

Result<void> Brake::Load(std::string_view key, std::string_view value) {
  Place place;
  Window window;
  BinaryReader in(value);
  std::uint8_t version = 0;
  std::uint8_t stopped = 0;
  in.Get(version);
  in.Get(stopped);
  window.stopped = stopped == 1;
  window.suppressions = in.GetVarint();
  const auto kept = in.GetVarint();
  if (kept > DistinctCount::kKept) in.Spoil();
  for (std::uint64_t i = 0; i < kept && in.ok(); ++i) {
    std::uint64_t hash = 0;
    in.Get(hash);
    window.recipients.See(hash);
  }
  if (!ReadKey(key, place) || !in.Finished() || version != kVersion ||
      stopped > 1) {
    return Fail(ErrorCode::kKafka, "a brake in the state is not readable");
  }
  windows_.Load(place, std::move(window));
  return {};
}

void Brake::Unload(std::string_view key) {
  Place place;
  if (ReadKey(key, place)) windows_.Unload(place);
}

}  // namespace ricochet
