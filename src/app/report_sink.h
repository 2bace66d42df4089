#pragma once

#include "app/line_file.h"
#include "app/report_rates.h"
#include "ledger/evidence_of.h"
#include "ledger/suppress.h"
#include "publish/delivery_event.h"
#include "report/stats.h"
#include "ricochet/event.h"

namespace ricochet {

// Where the first stage's events go in a report: into the sums, into the
// ledger, and when asked for into a file and into windows. What the ledger
// changes is read from it at the end. One thread; what it is given outlives it.
class ReportSink final : public EventSink, public SuppressionSink {
 public:
  // `events` and `rates` may be null.
  ReportSink(Suppressor& suppressor, DeliveryEventEncoder& encoder,
             LineFile* events, ReportRates* rates)
      : suppressor_(suppressor),
        encoder_(encoder),
        events_(events),
        rates_(rates) {}

  void OnEvent(const DeliveryEvent& event) override;
  void OnDeadLetter(const DeadLetter& letter) override;
  void OnChange(SuppressionChange /*change*/, const SuppressionEntry& /*entry*/,
                const SuppressionOrigin& /*origin*/) override {}

  [[nodiscard]] const Stats& stats() const noexcept { return stats_; }

 private:
  Stats stats_;
  Suppressor& suppressor_;
  DeliveryEventEncoder& encoder_;
  LineFile* events_;
  ReportRates* rates_;
  AddressScratch scratch_;
  Offset offset_ = 0;  // of evidence
};

}  // namespace ricochet
