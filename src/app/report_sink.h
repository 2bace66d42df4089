#pragma once

#include "app/line_file.h"
#include "ledger/evidence_of.h"
#include "ledger/suppress.h"
#include "publish/delivery_event.h"
#include "report/stats.h"
#include "ricochet/event.h"

namespace ricochet {

// Where the first stage's events go in a report: into the sums, into the
// ledger, and into a file when asked for. One thread; what it is given
// outlives it.
class ReportSink final : public EventSink {
 public:
  // `events` may be null.
  ReportSink(Suppressor& suppressor, DeliveryEventEncoder& encoder,
             LineFile* events)
      : suppressor_(suppressor), encoder_(encoder), events_(events) {}

  void OnEvent(const DeliveryEvent& event) override;
  void OnDeadLetter(const DeadLetter& letter) override;

  [[nodiscard]] const Stats& stats() const noexcept { return stats_; }

 private:
  Stats stats_;
  Suppressor& suppressor_;
  DeliveryEventEncoder& encoder_;
  LineFile* events_;
  AddressScratch scratch_;
};

}  // namespace ricochet
