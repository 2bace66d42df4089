#include "app/report_rates.h"

#include <utility>

#include "app/line_file.h"
#include "app/settings.h"
#include "publish/bounce_rate.h"

namespace ricochet {
namespace {

// Memory is bounded by the files, which a user chose; nothing runs for days.
constexpr std::size_t kDimensions = 1'000'000;

RatesOptions OptionsOf(const Config& config) {
  RatesOptions options = RatesOptionsOf(config);
  options.clock = RateClock::kEnd;
  options.max_dimensions = kDimensions;
  return options;
}

}  // namespace

ReportRates::ReportRates(std::vector<std::string> provider_names,
                         const Config& config)
    : counts_(std::move(provider_names)), rates_(OptionsOf(config)) {}

void ReportRates::Fold() {
  counts_.Flush([this](const CountRecord& record) {
    rates_.Add(record, kNoTime, records_++);
  });
  rates_.Settle();
}

Result<void> ReportRates::WriteTo(const std::string& path) {
  auto file = LineFile::Create(path);
  if (!file) return tl::unexpected(std::move(file.error()));
  Fold();
  BounceRateEncoder encoder("file");
  rates_.CloseAll(
      [&](const RateWindow& window) { file->Write(encoder.Encode(window)); });
  return file->Close();
}

}  // namespace ricochet
