#include "ledger/rates.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ricochet {
namespace {

// How long after its end a window takes revisions.
constexpr Minute RevisionsOf(RateLength length) noexcept {
  return length == RateLength::kMinute ? 6 * 60 : 7 * 24 * 60;
}

Minute DeadlineOf(const RateWindowKey& key, bool final) noexcept {
  return final ? key.end() + RevisionsOf(key.length) : key.end();
}

std::int64_t SecondOf(EventTime time) noexcept {
  return std::chrono::floor<std::chrono::seconds>(time)
      .time_since_epoch()
      .count();
}

}  // namespace

Rates::Rates(RatesOptions options)
    : options_(std::move(options)), view_(options_.thresholds) {}

void Rates::Add(const CountRecord& record, EventTime time, Offset offset) {
  active_ = true;
  touched_.clear();
  for (const CountRow& row : record.rows) {
    const auto minute = TrueMinute(row, time);
    now_.newest = std::max(now_.newest, minute);
    const auto number =
        NumberOf({record.tenant, row.stream, record.sender_domain, row.provider,
                  row.egress});
    for (const auto length : kRateLengths) {
      const auto start = minute - minute % Minutes(length);
      AddTo({number, start, length}, row, offset);
    }
  }
  // Only now: several rows of one record may go to one window.
  for (const auto& key : touched_) windows_.Change(key).applied = offset;
}

Minute Rates::TrueMinute(const CountRow& row, EventTime time) {
  const auto of_record = MinuteOf(time);
  if (!of_record || TimeOf(row.minute) <= time + std::chrono::minutes(kAhead)) {
    return row.minute;
  }
  ++now_.counters.clamped;
  return *of_record;
}

RateDimensionTable::Number Rates::NumberOf(RateDimensions dimensions) {
  if (const auto* known = dimensions_.Find(dimensions)) return *known;
  if (dimensions_.size() < options_.max_dimensions) {
    return dimensions_.Make(dimensions);
  }
  ++now_.counters.other;
  dimensions.sender_domain = options_.other;
  dimensions.egress = {};
  if (const auto* known = dimensions_.Find(dimensions)) return *known;
  return dimensions_.Make(dimensions);
}

bool Rates::IsLate(const RateWindowKey& key) const noexcept {
  return options_.clock != RateClock::kEnd &&
         watermark() >= DeadlineOf(key, true);
}

void Rates::AddTo(const RateWindowKey& key, const CountRow& row,
                  Offset offset) {
  if (IsLate(key)) {
    ++now_.counters.late;
    return;
  }
  const auto* known = windows_.Find(key);
  if (known != nullptr && known->applied >= offset) return;
  const bool is_new = known == nullptr;
  auto& state = windows_.Change(key);
  if (is_new) Link(key, state);
  state.Add(row);
  if (!state.pending) MarkPending(key);
  state.pending = true;
  touched_.push_back(key);
}

void Rates::Tick(EventTime now, const Visit& visit) {
  FollowWallClock(now);
  if (options_.clock != RateClock::kEnd) Close(visit);
  TellDue(now, visit);
}

void Rates::FollowWallClock(EventTime now) {
  if (std::exchange(active_, false) || last_active_ > now) last_active_ = now;
  if (options_.clock != RateClock::kLive || now - last_active_ < kIdle) return;
  if (const auto minute = MinuteOf(now)) {
    now_.newest = std::max(now_.newest, *minute);
  }
}

void Rates::Close(const Visit& visit) {
  while (!deadlines_.empty() && deadlines_.begin()->at <= watermark()) {
    const auto key = deadlines_.begin()->window;
    const auto& state = *windows_.Find(key);
    if (!state.final) {
      Finish(key, visit);
      continue;
    }
    if (state.pending) Tell(key, visit);
    Erase(key);
  }
}

void Rates::CloseAll(const Visit& visit) {
  std::vector<RateWindowKey> open;
  for (const auto& [at, key] : deadlines_) {
    if (!windows_.Find(key)->final) open.push_back(key);
  }
  for (const auto& key : open) Finish(key, visit);
}

std::size_t Rates::TellRest(EventTime now, std::size_t most,
                            const Visit& visit) {
  const std::int64_t over = std::int64_t{MinuteOf(now).value_or(0)} - kLag;
  std::size_t told = 0;
  for (; told < most && !AllTold(); ++told) {
    auto& of_turn = *std::ranges::find_if(
        pending_, [](const auto& keys) { return !keys.empty(); });
    const auto key = of_turn.back();
    of_turn.pop_back();
    const bool ends = !windows_.Find(key)->final && key.end() <= over;
    ends ? Finish(key, visit) : Tell(key, visit);
  }
  return told;
}

bool Rates::AllTold() {
  for (auto& of_turn : pending_) {
    while (!of_turn.empty() && !IsPending(of_turn.back())) of_turn.pop_back();
    if (!of_turn.empty()) return false;
  }
  return true;
}

void Rates::Finish(const RateWindowKey& key, const Visit& visit) {
  deadlines_.erase({DeadlineOf(key, false), key});
  deadlines_.insert({DeadlineOf(key, true), key});
  windows_.Change(key).final = true;
  Tell(key, visit);
}

void Rates::Erase(const RateWindowKey& key) {
  Unlink(key, *windows_.Find(key));
  windows_.Erase(key);
}

// Each second of kPace is the turn of some dimensions, so that not all are
// told at once, and none twice within kPace.
void Rates::TellDue(EventTime now, const Visit& visit) {
  const auto second = SecondOf(now);
  now_.told = std::min(now_.told, second);  // the clock may be set back
  const auto first = std::max(now_.told, second - kPace) + 1;
  for (auto turn = first; turn <= second; ++turn) {
    const auto of_turn =
        std::exchange(pending_[static_cast<std::size_t>(turn) % kPace], {});
    for (const auto& key : of_turn) {
      if (IsPending(key)) Tell(key, visit);
    }
  }
  now_.told = second;
}

void Rates::Tell(const RateWindowKey& key, const Visit& visit) {
  auto& state = windows_.Change(key);
  state.pending = false;
  PackedReader names(dimensions_.packed(key.dimensions));
  visit(view_.Of(key, state, ReadDimensions(names)));
  ++state.written;
}

void Rates::Link(const RateWindowKey& key, const RateWindowState& state) {
  if (deadlines_.insert({DeadlineOf(key, state.final), key}).second) {
    dimensions_.Retain(key.dimensions);
  }
  if (state.pending) MarkPending(key);
}

void Rates::Unlink(const RateWindowKey& key, const RateWindowState& state) {
  if (deadlines_.erase({DeadlineOf(key, state.final), key}) != 0) {
    dimensions_.Release(key.dimensions);
  }
}

void Rates::Commit(StateWriter& out) const {
  std::string name;
  std::string value;
  windows_.ForEachChanged(
      [&](const RateWindowKey& key, const RateWindowState* state) {
        name.clear();
        value.clear();
        PackWindowKey(key, dimensions_.packed(key.dimensions), name);
        if (state != nullptr) PackWindow(*state, value);
        out.Put(name, value, state == nullptr);
      });
  if (now_.newest == settled_.newest) return;
  value.clear();
  PackRateTime(now_.newest, value);
  out.Put(kRateTimeKey, value, false);
}

void Rates::Settle() {
  windows_.Settle();
  dimensions_.Sweep();
  settled_ = now_;
}

void Rates::Rollback() {
  std::vector<RateWindowKey> changed;
  windows_.ForEachChanged(
      [&](const RateWindowKey& key, const RateWindowState* state) {
        changed.push_back(key);
        if (state != nullptr) Unlink(key, *state);
      });
  windows_.Rollback();
  for (const auto& key : changed) {
    if (const auto* state = windows_.Find(key)) Link(key, *state);
  }
  dimensions_.Sweep();
  now_ = settled_;
}

Result<void> Rates::Load(std::string_view key, std::string_view value) {
  if (key != kRateTimeKey) return LoadWindow(key, value);
  const auto newest = UnpackRateTime(value);
  if (!newest) return Fail(ErrorCode::kKafka, "bad time of bounce rates");
  now_.newest = settled_.newest = *newest;
  return {};
}

Result<void> Rates::LoadWindow(std::string_view key, std::string_view value) {
  const auto named = UnpackWindowKey(key);
  if (!named) return Fail(ErrorCode::kKafka, "bad key of a bounce rate window");
  auto state = value.empty() ? RateWindowState{} : UnpackWindow(value);
  if (!state) return Fail(ErrorCode::kKafka, "bad bounce rate window");
  const auto* known = dimensions_.Find(named->dimensions);
  if (known == nullptr && value.empty()) return {};
  const RateWindowKey at{
      known != nullptr ? *known : dimensions_.Make(named->dimensions),
      named->start, named->length};
  if (const auto* before = windows_.Find(at)) Unlink(at, *before);
  if (value.empty()) {
    windows_.Unload(at);
  } else {
    if (state->applied >= log_end_) state->applied = kNoOffset;
    Link(at, *state);
    windows_.Load(at, std::move(*state));
  }
  return {};
}

}  // namespace ricochet
