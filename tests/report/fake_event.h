#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "ricochet/event.h"

namespace ricochet {

// Makes delivery events without a log: set the fields, then give Event() to a
// sink. Keeps what the event's views point into; not to be moved while an
// event of it lives. Example:
//
//   stats.OnEvent(FakeEvent().To("ann@example.org").Bounced(
//       Reason::kUserUnknown, "550 5.1.1 No such user").Event());
class FakeEvent {
 public:
  FakeEvent() {
    attempt_.event = &event_;
    attempt_.time = EventTime{std::chrono::milliseconds{1'800'000'000'000}};
    attempt_.final = true;
    To("ann@example.org").From("news@shop.example");
    verdict_ = {.reason = Reason::kDelivered,
                .permanence = Permanence::kNone,
                .fault = Fault::kNone,
                .kind = Kind::kDelivered};
    event_.delay_s = 0.5;
  }
  FakeEvent(const FakeEvent&) = delete;
  FakeEvent& operator=(const FakeEvent&) = delete;

  FakeEvent& To(std::string_view recipient) {
    recipient_ = recipient;
    attempt_.recipient = recipient_;
    return *this;
  }
  FakeEvent& From(std::string_view sender) {
    sender_ = sender;
    attempt_.sender = sender_;
    attempt_.has_sender = true;
    return *this;
  }
  FakeEvent& UnknownSender() {
    attempt_.sender = {};
    attempt_.has_sender = false;
    return *this;
  }
  FakeEvent& At(std::chrono::milliseconds since_1970) {
    attempt_.time = EventTime{since_1970};
    return *this;
  }
  FakeEvent& As(Role role) {
    attempt_.role = role;
    return *this;
  }
  FakeEvent& Provider(ProviderId id) {
    verdict_.provider = id;
    return *this;
  }
  FakeEvent& Delay(double seconds) {
    event_.delay_s = seconds;
    return *this;
  }
  FakeEvent& Kinded(Kind kind) {
    verdict_.kind = kind;
    return *this;
  }
  FakeEvent& By(DecidedBy decided_by, std::string_view rule = {}) {
    verdict_.decided_by = decided_by;
    verdict_.rule = rule;  // a literal
    return *this;
  }
  FakeEvent& Bounced(Reason reason, std::string_view reply) {
    return Fail(Outcome::kBounced, reason, reply, true);
  }
  FakeEvent& Deferred(Reason reason, std::string_view reply) {
    return Fail(Outcome::kDeferred, reason, reply, false);
  }
  FakeEvent& Expired(Reason last_reason, std::string_view reply) {
    Fail(Outcome::kExpired, Reason::kExpired, reply, true);
    verdict_.last_reason = last_reason;
    verdict_.kind = Info(last_reason).kind;
    return *this;
  }
  FakeEvent& Complaint() {
    attempt_.outcome = Outcome::kComplaint;
    verdict_.reason = Reason::kComplaint;
    verdict_.kind = Kind::kNone;
    return *this;
  }

  [[nodiscard]] DeliveryEvent Event() const {
    return {.id = {},
            .source = {},
            .attempt = attempt_,
            .response = response_,
            .verdict = verdict_};
  }

 private:
  FakeEvent& Fail(Outcome outcome, Reason reason, std::string_view reply,
                  bool final) {
    const ReasonInfo& info = Info(reason);
    attempt_.outcome = outcome;
    attempt_.final = final;
    verdict_.reason = reason;
    verdict_.permanence = info.permanence;
    verdict_.fault = info.fault;
    verdict_.kind = info.kind;
    verdict_.decided_by = DecidedBy::kTextRule;
    reply_ = reply;
    response_.text = reply_;
    response_.template_text = reply_;
    response_.template_id = reply_.empty() ? 0 : Fnv1a(reply_);
    return *this;
  }
  // The same number on every platform, unlike std::hash.
  static std::uint64_t Fnv1a(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return hash;
  }

  std::string recipient_;
  std::string sender_;
  std::string reply_;
  MtaEvent event_;
  DeliveryAttempt attempt_;
  SmtpResponse response_;
  Verdict verdict_;
};

}  // namespace ricochet
