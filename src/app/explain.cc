#include "app/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "classify/codes.h"
#include "classify/entities.h"
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
  if (code == nullptr) {
    Decoder decoder(DecodeOptions{});
    ParserMemory memory;
    MtaEvent event;
    LogLine line;
    decoder.Start({.value = question.response});
    const bool attempt =
        decoder.Next(line) == Decoder::Status::kLine &&
        Parse(line, memory, event).what == ParseResult::What::kEvent &&
        event.kind == MtaEvent::Kind::kAttempt;
    if (attempt) {
      auto answer =
          Answer({.text = event.reply,
                  .command = event.command,
                  .authority = event.authority,
                  .dsn = event.dsn,
                  .outcome = event.outcome,
                  .remote_host = event.remote_host.empty() ? event.relay_host
                                                           : event.remote_host,
                  .recipient_domain = DomainPart(event.recipient),
                  .truncated = event.truncated});
      answer.input = Explanation::Input::kLine;
      answer.text = question.response;
      return answer;
    }
  }
  auto reply = question.reply();
  std::optional<std::string_view> provider;
  if (code != nullptr && !code->provider.empty()) provider = code->provider;
  if (provider && reply.remote_host.empty()) {
    const auto id = rules_->book().providers().Find(*provider);
    if (id) reply.remote_host = rules_->book().providers().SomeHost(*id);
  }
  const auto bare = code == nullptr ? "" : ReplyOfBareCode(question.response);
  if (!bare.empty()) {
    reply.text = bare;
    reply.outcome = OutcomeOf(bare);
  }
  auto answer = Answer(reply);
  answer.text = question.response;
  if (code == nullptr) return answer;
  answer.input = Explanation::Input::kCode;
  answer.codes = {code};
  return answer;
}

Explanation Explainer::Answer(const Reply& reply) {
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
  const auto reason = answer.verdict.reason;
  answer.meaning = book.reason_text(reason);
  answer.advice = explanations_.advice(reason);
  answer.names = explanations_.names(reason);
  answer.address =
      WhatHappens(answer.verdict, reply.outcome, response.reply_code);
  AddCodes(reply, response, answer);
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
  const AddressEvidence evidence{.outcome = Outcome::kBounced,
                                 .reason = verdict.reason,
                                 .permanence = verdict.permanence,
                                 .kind = verdict.kind,
                                 .decided_by = verdict.decided_by,
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
