#pragma once

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/event.h"
#include "ricochet/rate_window.h"

namespace ricochet {

// What a final outcome of `kind` counts as; a failure that no rate names is a
// failure all the same.
[[nodiscard]] RateUnit OutcomeUnitOf(Kind kind) noexcept;

// Adds up, for one transaction of the first stage, what its events count in
// the bounce rates: by tenant, stream, sender domain, provider, egress and
// minute of event time. So the ledger gets a few records a transaction instead
// of one for each event, and a large sender makes no hot partition.
//
// Owned by one worker; not thread-safe. Keeps no view of an event. Once as
// many rows were needed as there ever are, an event costs no allocation.
// Memory: about 450 octets for each row of the largest transaction.
class RateCounts {
 public:
  // Rows in one record at most; beyond it there are several of the same key.
  static constexpr std::size_t kMaxRows = 256;
  // RFC 1035, section 2.3.4: a longer text is no domain. It is cut.
  static constexpr std::size_t kMaxText = 255;

  using Visit = std::function<void(const CountRecord&)>;

  // Names by ProviderId.
  explicit RateCounts(std::vector<std::string> provider_names);
  RateCounts(const RateCounts&) = delete;
  RateCounts& operator=(const RateCounts&) = delete;

  // Counts an attempt, an outcome or a complaint in role kMessage. What is
  // delivered in another role is no outcome of the message.
  void Add(const DeliveryEvent& event);

  // Hands out what was counted, sorted by key, and forgets it. Views die when
  // `visit` returns.
  void Flush(const Visit& visit);
  // The transaction was aborted.
  void Clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return used_; }
  // Events without a time between 1970 and 9999, ever: they are in no window.
  [[nodiscard]] std::uint64_t undated() const noexcept { return undated_; }

 private:
  struct Key {
    RateDimensions dimensions;
    Minute minute = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Row {
    Key key;  // views into `text`
    std::string text;
    RateNumbers numbers;
    std::array<RateCount, kReasons.size()> reasons{};
  };
  struct RowHash {
    using is_transparent = void;
    std::size_t operator()(const Key& key) const noexcept;
    std::size_t operator()(const Row* row) const noexcept {
      return (*this)(row->key);
    }
  };
  struct RowEqual {
    using is_transparent = void;
    bool operator()(const Row* a, const Row* b) const { return a == b; }
    bool operator()(const Row* a, const Key& b) const { return a->key == b; }
    bool operator()(const Key& a, const Row* b) const { return a == b->key; }
  };

  [[nodiscard]] Key KeyOfRow(const DeliveryAttempt& attempt,
                             ProviderId provider, Minute minute);
  Row& FindOrMake(const Key& key);
  void HandOut(std::span<const Row* const> rows, const Visit& visit);

  std::vector<std::string> provider_names_;
  std::deque<Row> rows_;  // the first used_ of them hold something
  std::size_t used_ = 0;
  absl::flat_hash_set<Row*, RowHash, RowEqual> index_;
  std::string scratch_;
  std::uint64_t undated_ = 0;
  // During Flush().
  std::vector<const Row*> sorted_;
  std::vector<CountRow> out_;
  std::vector<ReasonCount> reasons_;
};

}  // namespace ricochet
