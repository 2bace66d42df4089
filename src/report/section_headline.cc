#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "report/numbers.h"
#include "report/sections.h"
#include "report/text.h"

namespace ricochet {
namespace {

struct Badge {
  std::string_view text;
  Tone tone;
};

// By RateState.
constexpr std::array<Badge, 5> kBadges = {{
    {"TOO FEW", Tone::kGreyBadge},
    {"OK", Tone::kGreenBadge},
    {"WARNING", Tone::kYellowBadge},
    {"CRITICAL", Tone::kRedBadge},
    {"PAGE", Tone::kRedBadge},
}};

double LimitOf(const Rate& rate) {
  switch (rate.state) {
    case RateState::kPage:
      return rate.limits->page;
    case RateState::kCritical:
      return rate.limits->critical;
    default:
      return rate.limits->warning;
  }
}

std::string Claim(const Rate& rate) {
  const std::string_view what =
      rate.name == "block" ? "were blocked" : "bounced hard";
  if (rate.of == 0) return "no delivery outcomes";
  if (rate.state == RateState::kTooFew) {
    return fmt::format("{} of {} outcomes {}: too few for a rate",
                       Grouped(rate.count), Grouped(rate.of), what);
  }
  return fmt::format("{} of {} outcomes {}; the {} line is {}",
                     Percent(rate.count, rate.of), Grouped(rate.of), what,
                     rate.state >= RateState::kCritical
                         ? kRateStateNames[static_cast<std::size_t>(rate.state)]
                         : "warning",
                     Percent(LimitOf(rate)));
}

// The reason and the provider that a hard or block rate is made of.
std::string MadeOf(const Summary& summary) {
  const Kind kind =
      summary.headline.name == "block" ? Kind::kBlock : Kind::kHard;
  const auto at = static_cast<std::size_t>(kind);
  const auto reason =
      std::max_element(summary.reasons.begin(), summary.reasons.end(),
                       [&](const ReasonRow& a, const ReasonRow& b) {
                         return a.tally.outcomes[at] < b.tally.outcomes[at];
                       });
  const auto provider =
      std::max_element(summary.providers.begin(), summary.providers.end(),
                       [&](const ProviderRow& a, const ProviderRow& b) {
                         return a.tally.of(kind) < b.tally.of(kind);
                       });
  if (summary.headline.count == 0 || reason == summary.reasons.end() ||
      reason->tally.outcomes[at] == 0) {
    return {};
  }
  return fmt::format(
      "{} ({} of them); at provider {} ({})", Info(reason->reason).name,
      Percent(reason->tally.outcomes[at], summary.headline.count),
      Printable(provider->name),
      Percent(provider->tally.of(kind), summary.headline.count));
}

std::string InputText(const Summary& summary) {
  std::uint64_t bytes = 0;
  for (const auto& input : summary.inputs) bytes += input.bytes;
  std::string names;
  constexpr std::size_t kNamed = 2;
  for (std::size_t i = 0; i < std::min(kNamed, summary.inputs.size()); ++i) {
    names += (i > 0 ? ", " : "") + Printable(summary.inputs[i].name);
  }
  if (summary.inputs.size() > kNamed) {
    names += fmt::format(" and {} more", summary.inputs.size() - kNamed);
  }
  std::string text = fmt::format("{}: {} lines, {}", names,
                                 Grouped(summary.lines), ByteSize(bytes));
  if (summary.elapsed_s > 0) {
    text += fmt::format(" in {}", Duration(summary.elapsed_s));
  }
  return text;
}

std::string SpanText(const Summary& summary) {
  if (summary.first == kNoTime) return {};
  const std::chrono::duration<double> span = summary.last - summary.first;
  return fmt::format("{} to {} UTC ({})", DateTime(summary.first),
                     DateTime(summary.last), Duration(span.count()));
}

void AddClaim(Page& page, const Rate& rate) {
  const Badge& badge = kBadges[static_cast<std::size_t>(rate.state)];
  const bool color = page.screen.color;
  const std::string name =
      color ? fmt::format(" {} ", badge.text) : fmt::format("{}:", badge.text);
  const std::string gap(color ? 2 : 1, ' ');
  const std::size_t indent = Columns(name) + gap.size();
  std::string lead = Painted(page.screen, badge.tone, name) + gap;
  for (const auto& line : Wrapped(Claim(rate), page.screen.columns - indent)) {
    page.text += lead + Painted(page.screen, Tone::kBold, line) + "\n";
    lead.assign(indent, ' ');
  }
  page.text += "\n";
}

void AddFact(Page& page, std::string_view label, std::string_view text) {
  constexpr std::size_t kLabel = 10;
  if (text.empty()) return;
  std::string lead = fmt::format("  {:<{}}", label, kLabel);
  for (const auto& line : Wrapped(text, page.screen.columns - kLabel - 2)) {
    page.text += Painted(page.screen, Tone::kDim, lead) + line + "\n";
    lead.assign(kLabel + 2, ' ');
  }
}

}  // namespace

void WriteHeadline(Page& page) {
  const Summary& summary = page.summary;
  AddClaim(page, summary.headline);
  AddFact(page, "mostly", MadeOf(summary));
  AddFact(page, "input", InputText(summary));
  AddFact(page, "time", SpanText(summary));
  for (const auto& input : summary.inputs) {
    if (input.error.empty()) continue;
    page.Paragraph("Not read to its end: " + Printable(input.error),
                   Tone::kRed);
  }
}

}  // namespace ricochet
