#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "ricochet/mta_event.h"
#include "ricochet/result.h"
#include "ricochet/smtp.h"
#include "ricochet/verdict.h"

#include "classify/decision_cache.h"
#include "classify/extract.h"
#include "classify/judge.h"
#include "classify/providers.h"
#include "classify/rule_book.h"
#include "classify/rule_list.h"
#include "classify/template.h"

namespace ricochet {

// Everything that a verdict may depend on. Views of the log line.
struct Reply {
  std::string_view text;  // as logged, codes included
  SmtpCommand command = SmtpCommand::kUnknown;
  Authority authority = Authority::kRemote;
  EnhancedCode dsn;  // the MTA's own status for the attempt
  Outcome outcome = Outcome::kDelivered;
  std::string_view remote_host;  // whose words; else the relay
  std::string_view recipient_domain;
  bool truncated = false;
};

// What became of a mail that was answered so, as far as the reply alone says: a
// 2xx code is a delivery, anything else is taken for final.
[[nodiscard]] Outcome OutcomeOf(std::string_view reply) noexcept;

// The rules of one book, compiled. One per worker: RE2 objects are never
// shared between threads, and its buffers are used by every call.
class Ruleset {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Ruleset>> Compile(
      std::shared_ptr<const RuleBook> book);

  [[nodiscard]] const RuleBook& book() const noexcept { return *book_; }

  // Takes the reply apart and classifies it; a pure function of `reply` and
  // the book. Views in `response` point into reply.text or into this object,
  // and die at the next call. For a delivered reply only the codes and the
  // provider are found, without a regex or an allocation.
  [[nodiscard]] Verdict Classify(const Reply& reply, SmtpResponse& response);

  // All rules that hold for a reply that was no delivery, by precedence: the
  // first wins. For people; tries them all. `masked`, if not null, gets the
  // text as rules see it.
  [[nodiscard]] std::vector<const Rule*> Matching(
      const Reply& reply, std::string* masked = nullptr);

  // Who runs `remote_host`; by the recipient's domain only where no host is
  // logged. No allocation.
  [[nodiscard]] ProviderId Provider(std::string_view remote_host,
                                    std::string_view recipient_domain) const {
    return book_->providers().Find(remote_host, recipient_domain);
  }

 private:
  explicit Ruleset(std::shared_ptr<const RuleBook> book);
  // Fills `response`, whose codes and text `reply` has. The text is a view of
  // template_maker_'s.
  [[nodiscard]] Evidence Read(const Reply& reply, ProviderId provider,
                              SmtpResponse& response);
  [[nodiscard]] Decision Decide(const Evidence& evidence);

  std::shared_ptr<const RuleBook> book_;
  Extractor extractor_;
  TemplateMaker template_maker_;
  DecisionCache decisions_;
  RuleList rules_;
};

}  // namespace ricochet
