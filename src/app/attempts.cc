#include "app/attempts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "classify/entities.h"
#include "mta/registry.h"
#include "ricochet/address.h"

namespace ricochet {
namespace {

// What the reply names that the event shows: of an expiry, the last one.
Entities EntitiesOf(const DeliveryAttempt& attempt,
                    const SmtpResponse& response,
                    const Verdict& verdict) noexcept {
  const bool expired = verdict.reason == Reason::kExpired;
  const std::array recipients = {attempt.recipient, attempt.original_recipient};
  return FindEntities(
      attempt.last != nullptr ? attempt.last->text : response.text,
      expired ? verdict.last_reason : verdict.reason, recipients);
}

}  // namespace

Attempts::Attempts(AttemptsSettings settings, std::unique_ptr<Ruleset> rules,
                   const EventIds& ids)
    : settings_(std::move(settings)),
      decoder_(settings_.decode),
      rules_(std::move(rules)),
      ids_(ids) {}

// Record -> lines.
void Attempts::Process(const Record& record, Correlator& correlator,
                       EventSink& sink, Counts& counts) {
  record_ = &record;
  counts_ = &counts;
  events_ = 0;
  const auto topic = static_cast<std::size_t>(record.partition.topic);
  format_ =
      topic < settings_.formats.size() ? settings_.formats[topic] : nullptr;
  decoder_.Start(record);
  LogLine line;
  for (;;) {
    switch (decoder_.Next(line)) {
      case Decoder::Status::kLine:
        Line(line, correlator, sink);
        break;
      case Decoder::Status::kEmpty:
        CountLine(Mta::kUnknown, Cause::kEmpty);
        break;
      case Decoder::Status::kRejected:
        DeadLetterOf(line, Mta::kUnknown, decoder_.reject(), decoder_.error(),
                     sink);
        break;
      case Decoder::Status::kEnd:
        return;
    }
    if (settings_.records_are_blocks) events_ = 0;
  }
}

// Line -> fact -> attempts.
void Attempts::Line(const LogLine& line, Correlator& correlator,
                    EventSink& sink) {
  const ParseResult parsed = Parse(line, memory_, event_, format_);
  if (line.time_quality == TimeQuality::kClamped) ++counts_->time_clamped;
  if (parsed.what == ParseResult::What::kIgnored) {
    return CountLine(parsed.mta, parsed.cause);
  }
  if (parsed.what == ParseResult::What::kRejected) {
    return DeadLetterOf(line, parsed.mta, static_cast<Reject>(parsed.cause),
                        line.document ? "no text field" : "", sink);
  }
  std::uint32_t given = 0;
  EventTime time = line.time;
  if (event_.time_text.empty()) {
    given = Facts(line, correlator, sink);
  } else {
    LogLine timed = line;
    decoder_.SetTime(event_.time_text, timed);
    if (timed.time_quality == TimeQuality::kClamped) ++counts_->time_clamped;
    given = Facts(timed, correlator, sink);
    time = timed.time;
  }
  Cause cause = parsed.cause;
  if (given != 0 && cause == Cause::kDialogue) cause = Cause::kAttempt;
  if (FateOf(cause) == Fate::kEmitted) {
    if (given == 0) cause = Cause::kExpiryUnknown;
    if (given != 0 && !InRange(time)) cause = Cause::kOutOfRange;
  }
  CountLine(parsed.mta, cause);
}

// A line's facts, one for each recipient it speaks of, or that the session it
// belongs to has an outcome for -> attempts. Returns how many there were.
std::uint32_t Attempts::Facts(const LogLine& line, Correlator& correlator,
                              EventSink& sink) {
  std::uint32_t given = 0;
  if (event_.kind == MtaEvent::Kind::kDialogue) {
    SmtpSessions& sessions = correlator.sessions();
    sessions.Add(line, event_, record_->offset);
    while (const MtaEvent* fact = sessions.Next()) {
      correlator.Add(line, *fact, record_->offset);
      given += Given(line, correlator, sink);
    }
    return given;
  }
  do {
    correlator.Add(line, event_, record_->offset);
    given += Given(line, correlator, sink);
  } while (!event_.more_recipients.empty() && NextRecipient(memory_, event_));
  return given;
}

// Fact -> attempts. Most facts lead to none.
std::uint32_t Attempts::Given(const LogLine& line, Correlator& correlator,
                              EventSink& sink) {
  std::uint32_t given = 0;
  while (const DeliveryAttempt* attempt = correlator.Next()) {
    Give(*attempt, line, correlator, sink);
    ++given;
  }
  return given;
}

// Attempt -> verdict -> event.
void Attempts::Give(const DeliveryAttempt& attempt, const LogLine& line,
                    Correlator& correlator, EventSink& sink) {
  const Source source = NextSource(line);
  SmtpResponse response;
  const Verdict verdict = Judge(attempt, response);
  if (attempt.outcome == Outcome::kDeferred) {
    correlator.Remember(verdict, response);
  }
  if (!InRange(line.time)) return;
  const DeliveryEvent event{ids_.Make(source, EventType::kDelivery),
                            source,
                            attempt,
                            response,
                            verdict,
                            EntitiesOf(attempt, response, verdict)};
  CountEvent(event, *counts_);
  sink.OnEvent(event);
}

// Attempt -> reply -> verdict.
Verdict Attempts::Judge(const DeliveryAttempt& attempt,
                        SmtpResponse& response) {
  const MtaEvent& event = *attempt.event;
  const bool expired = attempt.outcome == Outcome::kExpired;
  const bool own_reply = event.kind == MtaEvent::Kind::kAttempt &&
                         !event.reply.empty() &&
                         (!event.untried || attempt.last == nullptr);
  if (expired && !own_reply) {
    if (const LastReply* last = attempt.last; last != nullptr) {
      response = {.reply_code = last->reply_code,
                  .enhanced_code = last->enhanced_code,
                  .command = last->command,
                  .text = last->text,
                  .template_id = last->template_id};
    }
    return ExpiredVerdict(attempt.last);
  }
  const std::string_view host =
      event.remote_host.empty() ? event.relay_host : event.remote_host;
  const bool ours =
      std::ranges::any_of(settings_.relays, [&](const std::string& relay) {
        return relay == host || relay == event.relay_ip;
      });
  const bool failed = attempt.outcome <= Outcome::kExpired;
  const Authority authority = ours && event.authority == Authority::kRemote
                                  ? Authority::kRelay
                                  : event.authority;
  const Reply reply{.text = event.reply,
                    .command = event.command,
                    .authority = authority,
                    .dsn = event.dsn,
                    .outcome = expired  ? Outcome::kDeferred
                               : failed ? attempt.outcome
                                        : Outcome::kDelivered,
                    .remote_host = host,
                    .recipient_domain = DomainPart(attempt.recipient),
                    .truncated = event.truncated};
  Verdict verdict = rules_->Classify(reply, response);
  if (!failed) return WishVerdict(attempt.outcome, verdict.provider);
  // A relay of ours that does not answer is ours to mend.
  if (ours && verdict.fault == Fault::kReceiver) verdict.fault = Fault::kSender;
  if (!expired) return verdict;
  const LastReply last{.verdict = verdict};
  return ExpiredVerdict(&last);
}

void Attempts::DeadLetterOf(const LogLine& line, Mta mta, Reject reason,
                            std::string_view error, EventSink& sink) {
  CountLine(mta, CauseOf(reason));
  const Source source = NextSource(line);
  sink.OnDeadLetter({.id = ids_.Make(source, EventType::kDeadLetter),
                     .source = source,
                     .reason = reason,
                     .error = error,
                     .value = line.raw,
                     .key = record_->key,
                     .time = record_->time});
}

bool Attempts::InRange(EventTime time) const noexcept {
  return time >= settings_.since && time < settings_.until;
}

Source Attempts::NextSource(const LogLine& line) noexcept {
  const Offset within = settings_.records_are_blocks
                            ? line.raw.data() - record_->value.data()
                            : 0;
  return {.partition = record_->partition,
          .offset = record_->offset + within,
          .index = events_++};
}

void Attempts::CountLine(Mta mta, Cause cause) noexcept {
  auto& causes = counts_->lines[static_cast<std::size_t>(mta)];
  ++causes[static_cast<std::size_t>(cause)];
}

Verdict WishVerdict(Outcome outcome, ProviderId provider) noexcept {
  const Reason reason = outcome == Outcome::kComplaint ? Reason::kComplaint
                                                       : Reason::kUnsubscribed;
  const ReasonInfo& info = Info(reason);
  return {.reason = reason,
          .permanence = info.permanence,
          .fault = info.fault,
          .kind = info.kind,
          .provider = provider};
}

Verdict ExpiredVerdict(const LastReply* last) noexcept {
  Verdict verdict;
  if (last != nullptr) {
    verdict = last->verdict;
    verdict.last_reason = last->verdict.reason;
  }
  verdict.reason = Reason::kExpired;
  verdict.permanence = Permanence::kPermanent;
  return verdict;
}

}  // namespace ricochet
