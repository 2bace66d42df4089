#include "app/report_sink.h"

namespace ricochet {

void ReportSink::OnEvent(const DeliveryEvent& event) {
  stats_.Expect(event);
  const auto evidence = EvidenceOf(event, scratch_);
  stats_.Fetch();
  if (evidence) {
    suppressor_.Add(*evidence, offset_++, *this);
    if (const auto domain = DomainEvidenceOf(*evidence)) {
      suppressor_.Add(*domain, offset_++, *this);
    }
  }
  stats_.Count(event);
  if (rates_ != nullptr) rates_->Add(event);
  if (events_ != nullptr) events_->Write(encoder_.Encode(event, true));
}

void ReportSink::OnDeadLetter(const DeadLetter& letter) {
  stats_.OnDeadLetter(letter);
}

}  // namespace ricochet
