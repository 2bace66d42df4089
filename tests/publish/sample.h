#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "publish/delivery_event.h"
#include "ricochet/event.h"

namespace ricochet {

// 2026-11-21 19:59:23.007 UTC, `seconds` later.
inline EventTime SampleTime(int seconds = 0) {
  using namespace std::chrono_literals;
  return std::chrono::sys_days(std::chrono::year{2026} / 11 / 21) + 19h +
         59min + 23s + 7ms + std::chrono::seconds(seconds);
}

// A delivery event with everything it refers to. Starts as the bounce of an
// unknown user; a test changes what it is about, then calls event().
struct Sample {
  MtaEvent line;
  LastReply last;
  DeliveryAttempt attempt;
  SmtpResponse response;
  Verdict verdict;
  Entities entities;
  EventId id{0x0123456789abcdef, 0xfedcba9876543210};
  Source source{{0, 3}, 918273, 0};

  Sample() {
    line.mta = Mta::kPostfix;
    line.queue_id = "4jX32319ljz1bFRk";
    line.instance = "postfix";
    line.daemon = "smtp";
    line.relay_host = line.remote_host = "mx.std.test";
    line.relay_ip = line.remote_ip = "192.0.2.1";
    line.relay_port = 25;
    line.dsn = {5, 1, 1};
    line.delay_s = 0.07;
    line.delays_s = {0.01F, 0.02F, 0.02F, 0.01F};
    attempt.time = SampleTime();
    attempt.time_quality = TimeQuality::kExact;
    attempt.host = "mta";
    attempt.outcome = Outcome::kBounced;
    attempt.final = true;
    attempt.attempt = 1;
    attempt.recipient = "Utf@std.test";
    attempt.has_sender = true;
    attempt.sender = "news@shop.example";
    attempt.message_id = "<1@shop.example>";
    attempt.size = 1374;
    attempt.recipients = 1;
    attempt.tenant = "default";
    attempt.stream = "bulk";
    response = {.reply_code = 550,
                .enhanced_code = {5, 1, 1},
                .command = SmtpCommand::kRcptTo,
                .text = "Benutzer existiert nicht",
                .template_id = 0x9f2c,
                .template_text = {}};
    verdict = {.reason = Reason::kUserUnknown,
               .permanence = Permanence::kPermanent,
               .fault = Fault::kRecipient,
               .kind = Kind::kHard,
               .decided_by = DecidedBy::kTextRule,
               .provider = 1,
               .rule = "generic.user-unknown.de"};
  }

  // The same message, accepted.
  static Sample Delivered() {
    Sample sample;
    sample.attempt.outcome = Outcome::kDelivered;
    sample.line.dsn = {2, 0, 0};
    sample.response = {.reply_code = 250,
                       .enhanced_code = {2, 0, 0},
                       .text = "Ok: queued as 7F1",
                       .template_text = {}};
    sample.verdict = {.reason = Reason::kDelivered,
                      .permanence = Permanence::kNone,
                      .fault = Fault::kNone,
                      .kind = Kind::kDelivered,
                      .provider = 1,
                      .rule = {}};
    return sample;
  }

  // The same message, given up after a last reply.
  static Sample Expired() {
    Sample sample;
    sample.line.daemon = "qmgr";
    sample.attempt.outcome = Outcome::kExpired;
    sample.last = {.verdict = sample.verdict,
                   .reply_code = 452,
                   .enhanced_code = {4, 2, 2},
                   .command = SmtpCommand::kRcptTo,
                   .template_id = 7,
                   .text = "Mailbox full",
                   .remote_host = "mx2.std.test",
                   .remote_ip = "2001:db8::2"};
    sample.last.verdict.reason = Reason::kMailboxFull;
    sample.last.verdict.kind = Kind::kSoft;
    sample.last.verdict.permanence = Permanence::kTransient;
    sample.verdict = sample.last.verdict;
    sample.verdict.reason = Reason::kExpired;
    sample.verdict.last_reason = Reason::kMailboxFull;
    sample.verdict.permanence = Permanence::kPermanent;
    sample.response = {};
    sample.has_last = true;
    return sample;
  }

  bool has_last = false;

  // Refers to this sample.
  DeliveryEvent event() {
    attempt.event = &line;
    attempt.last = has_last ? &last : nullptr;
    return {id, source, attempt, response, verdict, entities};
  }
};

inline const std::vector<std::string>& SampleProviders() {
  static const std::vector<std::string> names = {"other", "google"};
  return names;
}

inline EncoderOptions SampleOptions(Delivered delivered = Delivered::kShort) {
  return {.provider_names = SampleProviders(),
          .ruleset_hash = "3b1e",
          .ce_source = "kafka://main",
          .topics = {"mail.logs"},
          .delivered = delivered};
}

}  // namespace ricochet
