#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ricochet/event.h"

namespace ricochet {

// One shape of reply: its text without what varies from message to message,
// and what it was taken for when it was first seen.
struct ReplyTemplate {
  std::string text;  // cut to kMaxTemplateText octets; no addresses in it
  Reason reason = Reason::kUnclassified;
  Kind kind = Kind::kUndetermined;
  DecidedBy decided_by = DecidedBy::kNone;
  ProviderId provider = kOtherProvider;  // which said it first
  std::string_view rule;                 // lives as long as the process
};

inline constexpr std::size_t kMaxTemplateText = 512;

// The first kMaxTemplateText octets of UTF-8 text, less what is left of a
// character.
[[nodiscard]] inline std::string_view CutTemplate(
    std::string_view text) noexcept {
  if (text.size() <= kMaxTemplateText) return text;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  std::size_t size = kMaxTemplateText;
  while (kMaxTemplateText - size < 3 && continues(size)) --size;
  return text.substr(0, size);
}

// Of an event whose response has a template.
[[nodiscard]] inline ReplyTemplate TemplateOf(const DeliveryEvent& event) {
  const auto& verdict = event.verdict;
  return {.text = std::string(CutTemplate(event.response.template_text)),
          .reason = verdict.reason == Reason::kExpired ? verdict.last_reason
                                                       : verdict.reason,
          .kind = verdict.kind,
          .decided_by = verdict.decided_by,
          .provider = verdict.provider,
          .rule = verdict.rule};
}

}  // namespace ricochet
