#include "report/render.h"

#include "report/numbers.h"
#include "report/sections.h"
#include "report/text.h"

namespace ricochet {

void Page::Heading(std::string_view title, std::string_view remark) {
  text += "\n" + Painted(screen, Tone::kBold, title);
  if (Columns(title) + 2 + Columns(remark) > screen.columns) {
    text += "\n";
    Paragraph(remark, Tone::kDim);
    return;
  }
  if (!remark.empty()) text += "  " + Painted(screen, Tone::kDim, remark);
  text += "\n";
}

void Page::Paragraph(std::string_view words, Tone tone) {
  for (const auto& line : Wrapped(words, screen.columns - 2)) {
    text += "  " + Painted(screen, tone, line) + "\n";
  }
}

void Page::More(std::size_t all, std::size_t shown, std::string_view where) {
  if (all <= shown) return;
  std::string words = "… and " + Grouped(all - shown) + " more";
  if (!where.empty()) words.append(" ").append(where);
  Paragraph(words, Tone::kDim);
}

Tone ToneOf(Kind kind) noexcept {
  switch (kind) {
    case Kind::kDelivered:
      return Tone::kGreen;
    case Kind::kHard:
      return Tone::kRed;
    case Kind::kBlock:
      return Tone::kMagenta;
    case Kind::kSoft:
      return Tone::kYellow;
    case Kind::kAdmin:
    case Kind::kUndetermined:
    case Kind::kNone:
      break;
  }
  return Tone::kCyan;
}

Tone ToneOf(const Rate& rate) noexcept {
  if (!rate.limits) return Tone::kPlain;
  switch (rate.state) {
    case RateState::kPage:
    case RateState::kCritical:
      return Tone::kRed;
    case RateState::kWarning:
      return Tone::kYellow;
    case RateState::kOk:
      return Tone::kGreen;
    case RateState::kTooFew:
      break;
  }
  return Tone::kPlain;
}

TableCell CountCell(std::uint64_t count, Tone tone) {
  if (count == 0) return {"-", Tone::kDim};
  return {Grouped(count), tone};
}

std::string RenderText(const Summary& summary, const Screen& screen,
                       const TextRows& rows) {
  Page page{.summary = summary, .screen = screen, .rows = rows, .text = {}};
  WriteHeadline(page);
  WriteOutcomes(page);
  WriteRates(page);
  WriteProviders(page);
  WriteReasons(page);
  WriteTemplates(page);
  WriteUnclassified(page);
  WriteDomains(page);
  WriteSuppressions(page);
  WriteLines(page);
  return std::move(page.text);
}

}  // namespace ricochet
