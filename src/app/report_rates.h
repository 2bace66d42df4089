#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "ledger/rate_counts.h"
#include "ledger/rates.h"
#include "ricochet/event.h"
#include "ricochet/result.h"

namespace ricochet {

// The windows of mail.bounce-rates over the files of a report: both stages'
// parts in memory. One thread.
class ReportRates {
 public:
  ReportRates(std::vector<std::string> provider_names, const Config& config);

  void Add(const DeliveryEvent& event) { counts_.Add(event); }
  // After some lines: as a transaction, but that nothing can be undone.
  void Fold();
  // The input has ended: writes all windows as JSON lines, by their ends.
  [[nodiscard]] Result<void> WriteTo(const std::string& path);

 private:
  RateCounts counts_;
  Rates rates_;
  Offset records_ = 0;
};

}  // namespace ricochet
