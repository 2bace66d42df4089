#pragma once

#include "ricochet/verdict.h"

#include "classify/evidence.h"
#include "classify/rule.h"

namespace ricochet {

// What a stage found: the reason, by which evidence, and the rule if it was
// one.
struct Decision {
  Reason reason = Reason::kUnclassified;
  DecidedBy decided_by = DecidedBy::kNone;
  const Rule* rule = nullptr;
};

// Completes a decision to a verdict: permanence, fault and kind from the
// reason, the rule, the reply's class, the command and who is speaking. The
// law is docs/verdicts.md.
[[nodiscard]] Verdict Judge(const Decision& decision,
                            const Evidence& evidence) noexcept;

// The verdict on a message that was given up: `expired`, with everything else
// from the recipient's last reply. `last` may be null: it was not seen.
[[nodiscard]] Verdict ExpiredVerdict(const Verdict* last) noexcept;

}  // namespace ricochet
