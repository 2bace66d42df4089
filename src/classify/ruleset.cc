#include "classify/ruleset.h"

#include <algorithm>
#include <utility>

#include "classify/codes.h"

namespace ricochet {
namespace {

// What a provider's own rule says comes before what any reply means.
std::vector<const Rule*> ByPrecedence(const RuleBook& book) {
  std::vector<const Rule*> rules;
  for (const auto& rule : book.rules()) rules.push_back(&rule);
  std::stable_partition(rules.begin(), rules.end(), [](const Rule* rule) {
    return rule->when.providers != 0;
  });
  return rules;
}

// The first entry that holds. "Unclassified" in a table means that the code
// alone says nothing, and leaves the decision to weaker evidence.
Reason LookUp(const std::vector<CodeEntry>& entries,
              const Evidence& evidence) noexcept {
  for (const auto& entry : entries) {
    if (entry.when.Hold(evidence)) return entry.reason;
  }
  return Reason::kUnclassified;
}

Verdict Delivered(const Reply& reply, ProviderId provider) noexcept {
  Verdict verdict;
  verdict.reason = Reason::kDelivered;
  verdict.permanence = Permanence::kNone;
  verdict.fault = Fault::kNone;
  verdict.kind = Kind::kDelivered;
  verdict.authority = reply.authority;
  verdict.provider = provider;
  return verdict;
}

DecidedBy StageOf(const Rule& rule) noexcept {
  if (rule.by_code) {
    return rule.when.enhanced_codes.empty() ? DecidedBy::kReplyCode
                                            : DecidedBy::kEnhancedCode;
  }
  return rule.when.providers != 0 ? DecidedBy::kProviderRule
                                  : DecidedBy::kTextRule;
}

}  // namespace

Outcome OutcomeOf(std::string_view reply) noexcept {
  const auto codes = ScanCodes(reply);
  const bool delivered = codes.reply_code != 0 ? codes.reply_code / 100 == 2
                                               : codes.enhanced_code.cls == 2;
  return delivered ? Outcome::kDelivered : Outcome::kBounced;
}

Ruleset::Ruleset(std::shared_ptr<const RuleBook> book)
    : book_(std::move(book)), rules_(ByPrecedence(*book_)) {}

Result<std::unique_ptr<Ruleset>> Ruleset::Compile(
    std::shared_ptr<const RuleBook> book) {
  return std::unique_ptr<Ruleset>(new Ruleset(std::move(book)));
}

Verdict Ruleset::Classify(const Reply& reply, SmtpResponse& response) {
  response = SmtpResponse{};
  response.command = reply.command;
  response.truncated = reply.truncated;
  const auto provider = Provider(reply.remote_host, reply.recipient_domain);
  if (reply.outcome == Outcome::kDelivered) {
    const auto codes = ScanCodes(reply.text);
    response.reply_code = codes.reply_code;
    response.enhanced_code = codes.enhanced_code;
    response.text = reply.text;
    return Delivered(reply, provider);
  }
  const auto evidence = Read(reply, provider, response);
  const auto decision = decisions_.Find(
      evidence, [this](const Evidence& given) { return Decide(given); });
  return Judge(decision, evidence);
}

std::vector<const Rule*> Ruleset::Matching(const Reply& reply,
                                           std::string* masked) {
  SmtpResponse response;
  const auto provider = Provider(reply.remote_host, reply.recipient_domain);
  const auto evidence = Read(reply, provider, response);
  std::vector<const Rule*> rules;
  rules_.AddMatching(evidence, rules);
  if (masked != nullptr) *masked = evidence.text;
  return rules;
}

Evidence Ruleset::Read(const Reply& reply, ProviderId provider,
                       SmtpResponse& response) {
  extractor_.Extract(reply.text, response);
  template_maker_.Make(response);
  Evidence evidence;
  evidence.provider = provider;
  evidence.authority = reply.authority;
  evidence.command = reply.command;
  evidence.reply_code = response.reply_code;
  evidence.status =
      response.reply_code == 0 && !response.enhanced_code.present()
          ? reply.dsn
          : response.enhanced_code;
  evidence.text = template_maker_.masked();
  return evidence;
}

Decision Ruleset::Decide(const Evidence& evidence) {
  if (const auto* rule = rules_.Winner(evidence)) {
    return {rule->reason, StageOf(*rule), rule};
  }
  if (const auto reason = LookUp(book_->enhanced_codes(), evidence);
      reason != Reason::kUnclassified) {
    return {reason, DecidedBy::kEnhancedCode, nullptr};
  }
  if (const auto reason = LookUp(book_->reply_codes(), evidence);
      reason != Reason::kUnclassified) {
    return {reason, DecidedBy::kReplyCode, nullptr};
  }
  return {};
}

}  // namespace ricochet
