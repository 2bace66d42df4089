#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/policy.h"
#include "ricochet/result.h"
#include "ricochet/stage.h"
#include "ricochet/table.h"
#include "ricochet/time.h"
#include "ricochet/verdict.h"

namespace ricochet {

// How many distinct numbers were seen, of evenly spread ones (hashes). Exact
// below kKept; beyond it an estimate from how close together the smallest are,
// within 6 % mostly. The order of what is seen changes nothing.
class DistinctCount {
 public:
  static constexpr std::size_t kKept = 256;

  // False: this one changes nothing.
  [[nodiscard]] bool IsNew(std::uint64_t hash) const noexcept;
  void See(std::uint64_t hash);
  [[nodiscard]] std::uint64_t Estimate() const noexcept;

  [[nodiscard]] const std::vector<std::uint64_t>& kept() const noexcept {
    return smallest_;
  }

 private:
  std::vector<std::uint64_t> smallest_;  // ascending
};

// What a brake saw when it stopped suppressing for a provider.
struct BrakeAlert {
  ProviderId provider = kOtherProvider;
  EventTime from = kNoTime;  // the window's begin
  std::chrono::hours window{1};
  std::uint64_t recipients = 0;  // an estimate
  std::uint64_t suppressions = 0;
};

// Stops suppressing for a provider when too many of its recipients would be
// newly suppressed within a window of event time: then something else is wrong
// than that many mailboxes. One for each partition; windows are those of the
// clock (an hour is from :00 to :59). It says no until the window is over.
class Brake {
 public:
  explicit Brake(const BrakePolicy& policy) : policy_(policy) {}

  // An outcome of a recipient, whatever it was.
  void See(ProviderId provider, EventTime time, std::uint64_t recipient);
  // May one more be suppressed? Counts it, either way. `alert` is set when the
  // brake begins to say no.
  bool Admit(ProviderId provider, EventTime time,
             std::optional<BrakeAlert>& alert);
  void Forget(EventTime now);

  // Changelog keys begin with 'b', and are six octets.
  void Commit(StateWriter& out) const;
  void Settle();
  void Rollback();
  Result<void> Load(std::string_view key, std::string_view value);
  void Unload(std::string_view key);

 private:
  struct Window {
    bool stopped = false;
    std::uint64_t suppressions = 0;
    DistinctCount recipients;
  };
  struct Place {
    ProviderId provider = kOtherProvider;
    std::int32_t number = 0;  // of the window since 1970
    friend bool operator==(Place, Place) = default;
    template <class H>
    friend H AbslHashValue(H h, const Place& place) {
      return H::combine(std::move(h), place.provider, place.number);
    }
  };
  static bool ReadKey(std::string_view bytes, Place& place) noexcept;
  [[nodiscard]] Place PlaceOf(ProviderId provider,
                              EventTime time) const noexcept;

  const BrakePolicy policy_;
  Table<Place, Window> windows_;
  // Windows before it are forgotten; they neither count nor stop any longer.
  std::int32_t swept_ = 0;
  std::int32_t settled_swept_ = 0;
};

}  // namespace ricochet
