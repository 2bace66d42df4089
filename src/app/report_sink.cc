#include "app/report_sink.h"

namespace ricochet {

void ReportSink::OnEvent(const DeliveryEvent& event) {
  stats_.OnEvent(event);
  if (const auto evidence = EvidenceOf(event, scratch_)) {
    suppressor_.Add(*evidence, offset_++, *this);
    if (const auto domain = DomainEvidenceOf(*evidence)) {
      suppressor_.Add(*domain, offset_++, *this);
    }
  }
  if (rates_ != nullptr) rates_->Add(event);
  if (events_ != nullptr) events_->Write(encoder_.Encode(event, true));
}

void ReportSink::OnDeadLetter(const DeadLetter& letter) {
  stats_.OnDeadLetter(letter);
}

}  // namespace ricochet
