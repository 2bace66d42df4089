#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ricochet/smtp.h"
#include "ricochet/verdict.h"

namespace ricochet {

// All that a verdict depends on. A view; dies with the reply.
struct Evidence {
  ProviderId provider = kOtherProvider;
  Authority authority = Authority::kRemote;
  SmtpCommand command = SmtpCommand::kUnknown;
  std::uint16_t reply_code = 0;
  // The reply's own enhanced code; where there is no SMTP reply, the status
  // that our MTA gave the attempt.
  EnhancedCode status;
  std::string_view text;  // TemplateMaker::masked()
};

// "4.2.2", "X.2.2", "5.7.X": X is any number.
struct StatusPattern {
  static constexpr std::uint16_t kAny = 0xffff;
  std::uint16_t cls = kAny;
  std::uint16_t subject = kAny;
  std::uint16_t detail = kAny;

  friend bool operator==(const StatusPattern&, const StatusPattern&) = default;
  [[nodiscard]] bool Matches(EnhancedCode code) const noexcept {
    return code.present() && (cls == kAny || cls == code.cls) &&
           (subject == kAny || subject == code.subject) &&
           (detail == kAny || detail == code.detail);
  }
};

struct CodeRange {  // inclusive; "5xx" is 500-599
  std::uint16_t low = 0;
  std::uint16_t high = 0;
  friend bool operator==(const CodeRange&, const CodeRange&) = default;
};

// The `when` of a rule or table entry: all of them must hold, each by any of
// its values; an empty one always holds.
struct Conditions {
  std::uint64_t providers = 0;    // bit per ProviderId
  std::uint32_t commands = 0;     // bit per SmtpCommand
  std::uint32_t authorities = 0;  // bit per Authority
  std::vector<CodeRange> reply_codes;
  std::vector<StatusPattern> enhanced_codes;

  [[nodiscard]] bool Hold(const Evidence& evidence) const noexcept;
  friend bool operator==(const Conditions&, const Conditions&) = default;
};
static_assert(kMaxProviders <= 64, "providers are a bit set");

}  // namespace ricochet
