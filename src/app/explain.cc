#include "app/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "classify/codes.h"
#include "classify/entities.h"
#include "classify/judge.h"
#include "decode/decoder.h"
#include "mta/registry.h"
#include "publish/verdict_json.h"
#include "ricochet/address.h"

namespace ricochet {
namespace {

std::string CodeName(EnhancedCode code) {
  return fmt::format("{}.{}.{}", unsigned{code.cls}, code.subject, code.detail);
}

// An enhanced code alone is no reply: "550 5.1.1" is. Empty for anything else.
std::string ReplyOfBareCode(std::string_view code) {
  std::size_t length = 0;
  const auto enhanced = EnhancedCodeAt(code, length);
  if (!enhanced.present() || length != code.size()) return {};
  return fmt::format("{}50 {}", unsigned{enhanced.cls}, code);
}

// What a code says by itself, as its entry has it.
Verdict VerdictOf(const CodeText& code, const SmtpResponse& response,
                  const Verdict& classified) {
  auto by = DecidedBy::kNone;
  if (response.enhanced_code.present()) {
    by = DecidedBy::kEnhancedCode;
  } else if (response.reply_code != 0) {
    by = DecidedBy::kReplyCode;
  }
  return Judge({.reason = *code.reason, .decided_by = by},
               {.provider = classified.provider,
                .command = response.command,
                .reply_code = response.reply_code,
                .status = response.enhanced_code});
}

constexpr std::string_view kTextDecides =
    "The text decides: this code stands beside very different answers. Paste "
    "the whole reply.";
constexpr std::string_view kNoFailure =
    "This code reports no failure, so there is nothing to judge.";

std::string_view WhyNoVerdict(std::uint16_t reply_code) {
  return reply_code >= 200 && reply_code < 400 ? kNoFailure : kTextDecides;
}

// "This line tells of no delivery attempt: it is ignored as inbound_reject."
std::string WhatLineIs(Cause cause) {
  const auto fate = FateOf(cause);
  if (fate == Fate::kEmitted) {
    return fmt::format(
        "This line gives up on a message and holds no reply ({}). The verdict "
        "comes from the line of the recipient's last attempt.",
        Name(cause));
  }
  return fmt::format(
      "This line tells of no delivery attempt, so there is no verdict: it is "
      "{} as {}.",
      kFateNames[static_cast<std::size_t>(fate)], Name(cause));
}

// Gives `answer` the verdict of the code's entry, unless it has the same
// reason already: then a rule may have more to say of it. A tag has no digit
// that tells a refusal for good from one for now.
void TakeVerdict(const CodeText& code, const SmtpResponse& response,
                 Explanation& answer) {
  if (!code.reason) return;
  if (*code.reason != answer.verdict.reason) {
    answer.verdict = VerdictOf(code, response, answer.verdict);
    answer.rules.clear();
  }
  const bool has_digit =
      response.reply_code != 0 || response.enhanced_code.present();
  const bool ruled =
      !answer.rules.empty() &&
      answer.rules.front()->permanence != PermanenceRule::kDefault;
  if (!has_digit && !ruled && answer.verdict.kind == Kind::kBlock) {
    answer.verdict.permanence = Permanence::kNone;
  }
}

// A reply may look like a line of some other program's log; one that is has a
// time, or comes from an MTA.
bool IsLogLine(const LogLine& line, const ParseResult& parsed) {
  return parsed.what == ParseResult::What::kEvent ||
         parsed.mta != Mta::kUnknown || line.time != kNoTime;
}

// Without the blanks and line ends around it that come with what is pasted.
std::string Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = std::min(text.find_first_not_of(kBlanks), text.size());
  const auto last = text.find_last_not_of(kBlanks);
  return std::string(text.substr(first, last + 1 - first));
}

std::string Numbered(std::chrono::days days) {
  return fmt::format("{} day{}", days.count(), days.count() == 1 ? "" : "s");
}

// "Suppressed at once, for 365 days after the latest such answer."
std::string WhatRowDoes(const PolicyRow& row) {
  const auto until = row.expiry
                         ? fmt::format("for {} after the latest such answer.",
                                       Numbered(*row.expiry))
                         : "until it is released.";
  if (!row.waits()) return "Suppressed at once, " + until;
  return fmt::format(
      "Watched: suppressed when it happens on {} days within {} without a "
      "delivery between, {}",
      row.days, Numbered(row.within), until);
}

}  // namespace

Explanation Explainer::Explain(const Question& asked) {
  Question question = asked;
  question.response = Trimmed(question.response);  // pasted, with a line's end
  const auto* code = explanations_.Find(
      question.response, rules_->book().provider_names()[rules_->Provider(
                             question.remote_mta, question.recipient_domain)]);
  if (code != nullptr || !ReplyOfBareCode(question.response).empty()) {
    return AnswerCode(question, code);
  }
  Decoder decoder(DecodeOptions{});
  ParserMemory memory;
  MtaEvent event;
  LogLine line;
  decoder.Start({.value = question.response});
  auto parsed = ParseResult();
  if (decoder.Next(line) == Decoder::Status::kLine) {
    parsed = Parse(line, memory, event);
  }
  if (parsed.what == ParseResult::What::kRejected || !IsLogLine(line, parsed)) {
    auto answer = Answer(question.reply());
    answer.text = question.response;
    return answer;
  }
  Explanation answer;
  if (parsed.what == ParseResult::What::kEvent &&
      event.kind == MtaEvent::Kind::kAttempt) {
    answer =
        Answer({.text = event.reply,
                .command = event.command,
                .authority = event.authority,
                .dsn = event.dsn,
                .outcome = event.outcome,
                .remote_host = event.remote_host.empty() ? event.relay_host
                                                         : event.remote_host,
                .recipient_domain = DomainPart(event.recipient),
                .truncated = event.truncated});
  } else {
    answer.provider = rules_->book().provider_names()[kOtherProvider];
    answer.cause = parsed.cause;
    answer.instead = WhatLineIs(parsed.cause);
  }
  answer.input = Explanation::Input::kLine;
  answer.text = question.response;
  return answer;
}

// `code` is null for an enhanced code that has no entry: by its number, rules
// and tables may still know it.
Explanation Explainer::AnswerCode(const Question& question,
                                  const CodeText* code) {
  auto reply = question.reply();
  if (code != nullptr && !code->provider.empty() && reply.remote_host.empty()) {
    const auto id = rules_->book().providers().Find(code->provider);
    if (id) reply.remote_host = rules_->book().providers().SomeHost(*id);
  }
  const auto bare = ReplyOfBareCode(question.response);
  if (!bare.empty()) {
    reply.text = bare;
    reply.outcome = OutcomeOf(bare);
  }
  auto answer = Answer(reply, code, /*alone=*/true);
  answer.text = question.response;
  answer.input = Explanation::Input::kCode;
  answer.codes.clear();
  if (code != nullptr) answer.codes.push_back(code);
  return answer;
}

Explanation Explainer::Answer(const Reply& reply, const CodeText* code,
                              bool alone) {
  const auto& book = rules_->book();
  Explanation answer;
  if (reply.outcome != Outcome::kDelivered) {
    answer.rules = rules_->Matching(reply);
  }
  SmtpResponse response;
  answer.verdict = rules_->Classify(reply, response);
  answer.provider = book.provider_names()[answer.verdict.provider];
  answer.reply_code = response.reply_code;
  if (response.enhanced_code.present()) {
    answer.enhanced_code = CodeName(response.enhanced_code);
  }
  answer.command =
      kSmtpCommandNames[static_cast<std::size_t>(response.command)];
  answer.words = response.text;
  AddCodes(reply, response, answer);
  if (alone) {
    if (code != nullptr) TakeVerdict(*code, response, answer);
    if (answer.verdict.reason == Reason::kUnclassified ||
        (code != nullptr && !code->reason)) {
      answer.instead = WhyNoVerdict(response.reply_code);
      answer.rules.clear();
      return answer;
    }
  }
  const auto reason = answer.verdict.reason;
  answer.meaning = book.reason_text(reason);
  answer.advice = explanations_.advice(reason);
  answer.names = explanations_.names(reason);
  answer.address =
      WhatHappens(answer.verdict, reply.outcome, response.reply_code);
  JsonWriter json;
  json.BeginObject();
  WriteSmtp({.code = response.reply_code,
             .enhanced_code = response.enhanced_code,
             .command = response.command,
             .text = response.text,
             .template_id = response.template_id,
             .truncated = response.truncated,
             .entities = FindEntities(response.text, reason)},
            json);
  WriteVerdict(answer.verdict, book.hash(), json);
  json.EndObject();
  answer.smtp_and_verdict = json.document();
  return answer;
}

void Explainer::AddCodes(const Reply& reply, const SmtpResponse& response,
                         Explanation& answer) const {
  const auto add = [&](const CodeText* code) {
    const bool known =
        std::ranges::find(answer.codes, code) != answer.codes.end();
    if (code != nullptr && !known) answer.codes.push_back(code);
  };
  const std::string_view provider = answer.provider;
  if (!answer.enhanced_code.empty()) {
    add(explanations_.Find(answer.enhanced_code, provider));
  } else if (reply.dsn.present()) {
    add(explanations_.Find(CodeName(reply.dsn), provider));
  }
  if (response.reply_code != 0) {
    add(explanations_.Find(std::to_string(response.reply_code), provider));
  }
  for (const auto* tag : explanations_.TagsIn(reply.text, provider)) {
    add(tag);
  }
}

std::string Explainer::WhatHappens(const Verdict& verdict, Outcome outcome,
                                   std::uint16_t reply_code) const {
  if (outcome == Outcome::kDelivered) return "Nothing: the mail was accepted.";
  // A tag alone: in a reply it is text, which a rule knows.
  const bool tag_alone = verdict.decided_by == DecidedBy::kNone &&
                         verdict.reason != Reason::kUnclassified;
  const AddressEvidence evidence{
      .outcome = Outcome::kBounced,
      .reason = verdict.reason,
      .permanence = verdict.permanence,
      .kind = verdict.kind,
      .decided_by = tag_alone ? DecidedBy::kTextRule : verdict.decided_by,
      .authority = verdict.authority,
      .provider = verdict.provider,
      .rule = verdict.rule,
      .fault = verdict.fault,
      .reply_code = reply_code};
  for (std::size_t i = 0; i < kSuppressionScopeNames.size(); ++i) {
    const auto scope = static_cast<SuppressionScope>(i);
    const auto* row = policy_->Match(evidence, scope);
    if (row != nullptr && scope != SuppressionScope::kDomain) {
      return WhatRowDoes(*row);
    }
  }
  if (verdict.fault == Fault::kSender || verdict.fault == Fault::kContent) {
    return "Nothing: this says something about the sender or the message, "
           "nothing about the address.";
  }
  if (verdict.permanence == Permanence::kTransient) {
    return "Nothing now: the mail is tried again. A single such answer proves "
           "nothing about the address.";
  }
  return "Nothing: one such answer is not enough to suppress an address.";
}

}  // namespace ricochet
