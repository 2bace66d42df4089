#include <fmt/format.h>

#include <array>

#include "report/numbers.h"
#include "report/sections.h"
#include "report/text.h"

namespace ricochet {
namespace {

// In the order of how much they matter.
constexpr std::array kKindOrder = {
    Kind::kDelivered, Kind::kHard,         Kind::kBlock, Kind::kSoft,
    Kind::kAdmin,     Kind::kUndetermined, Kind::kNone};

std::string_view Meaning(Kind kind) {
  switch (kind) {
    case Kind::kDelivered:
      return "accepted by the next hop";
    case Kind::kHard:
      return "the address or domain is bad";
    case Kind::kBlock:
      return "refused for who we are or what we sent";
    case Kind::kSoft:
      return "given up on for now";
    case Kind::kAdmin:
      return "our own set-up or a list; in no rate";
    case Kind::kUndetermined:
      return "no rule decided";
    case Kind::kNone:
      break;
  }
  return "no bounce";
}

std::string AttemptsText(const Tally& total) {
  std::string text = fmt::format(
      "{} attempts: {} delivered, {} deferred, {} bounced.",
      Grouped(total.Attempts()), Grouped(total.of(Outcome::kDelivered)),
      Grouped(total.of(Outcome::kDeferred)),
      Grouped(total.of(Outcome::kBounced)));
  const auto add = [&](Outcome outcome, std::string_view what) {
    if (total.of(outcome) == 0) return;
    text += fmt::format(" {} {}.", Grouped(total.of(outcome)), what);
  };
  add(Outcome::kExpired, "given up on after too long a wait (expired)");
  add(Outcome::kComplaint, "complaints");
  add(Outcome::kUnsubscribed, "unsubscriptions");
  return text;
}

std::string DelayText(const DelaySummary& delay) {
  return fmt::format("half within {}, 90 % within {}, 99 % within {}",
                     Duration(delay.median_s), Duration(delay.p90_s),
                     Duration(delay.p99_s));
}

std::string NotCountedText(const Summary& summary) {
  constexpr std::array<std::string_view, kRoleNames.size()> kWhat = {
      "", "re-injections through a content filter", "alias expansions",
      "bounce messages"};
  std::string text;
  for (std::size_t i = 1; i < kWhat.size(); ++i) {
    if (summary.roles[i] == 0) continue;
    text += text.empty() ? "Not counted: " : ", ";
    text += fmt::format("{} {}", Grouped(summary.roles[i]), kWhat[i]);
  }
  return text.empty() ? text : text + ".";
}

std::string LimitsText(const Rate& rate) {
  if (!rate.limits) return {};
  return fmt::format("{} / {} / {}", Percent(rate.limits->warning),
                     Percent(rate.limits->critical),
                     Percent(rate.limits->page));
}

void RateRow(TextTable& table, const Rate& rate, std::string_view of) {
  const bool known = rate.of > 0;
  std::string state;
  if (rate.limits) {
    state = rate.state == RateState::kTooFew
                ? "too few"
                : kRateStateNames[static_cast<std::size_t>(rate.state)];
  }
  std::string interval;
  if (known) {
    interval = fmt::format("{} - {}", Percent(rate.interval.low),
                           Percent(rate.interval.high));
  }
  table.Row({{std::string(rate.name)},
             {Percent(rate.count, rate.of), ToneOf(rate)},
             {std::move(interval), Tone::kDim},
             {Grouped(rate.count)},
             {fmt::format("{} {}", Grouped(rate.of), of), Tone::kDim},
             {std::move(state), ToneOf(rate)},
             {LimitsText(rate), Tone::kDim}});
}

}  // namespace

void WriteOutcomes(Page& page) {
  const Tally& total = page.summary.total;
  page.Heading("Outcomes", "what finally became of a message, per recipient");
  constexpr std::size_t kBar = 24;
  TextTable table({{"", Align::kLeft},
                   {""},
                   {""},
                   {"", Align::kLeft, false, true},
                   {"", Align::kLeft, true}});
  for (const Kind kind : kKindOrder) {
    const auto count = total.of(kind);
    if (count == 0 && kind > Kind::kBlock) continue;
    table.Row({{std::string(kKindNames[static_cast<std::size_t>(kind)]),
                ToneOf(kind)},
               {Grouped(count)},
               {Percent(count, total.Outcomes())},
               {Bar(page.screen, count, total.Outcomes(), kBar), ToneOf(kind)},
               {std::string(Meaning(kind)), Tone::kDim}});
  }
  table.Row({{"all", Tone::kBold}, {Grouped(total.Outcomes()), Tone::kBold}});
  page.Add(table);
  page.Paragraph(AttemptsText(total));
  if (page.summary.delivered_delay.count > 0) {
    page.Paragraph("Delivered " + DelayText(page.summary.delivered_delay) +
                   ".");
  }
  page.Paragraph(NotCountedText(page.summary), Tone::kDim);
}

void WriteRates(Page& page) {
  const Summary& summary = page.summary;
  page.Heading("Rates", "the lower end of the interval is held to the lines");
  TextTable table({{"", Align::kLeft},
                   {"rate"},
                   {"95 % interval", Align::kRight, false, true},
                   {"count"},
                   {"of", Align::kRight, false, true},
                   {"state", Align::kLeft},
                   {"warning/critical/page", Align::kLeft, true}});
  RateRow(table, summary.hard, "outcomes");
  RateRow(table, summary.block, "outcomes");
  RateRow(table, summary.soft, "outcomes");
  RateRow(table, summary.bounce, "outcomes");
  RateRow(table, summary.deferral, "attempts");
  page.Add(table);
}

void WriteProviders(Page& page) {
  const auto& providers = page.summary.providers;
  if (providers.empty()) return;
  page.Heading("By provider", "outcomes by kind; deferred counts attempts");
  TextTable table({{"", Align::kLeft, true},
                   {"attempts"},
                   {"delivered", Align::kRight, false, true},
                   {"hard"},
                   {"block", Align::kRight, false, true},
                   {"soft", Align::kRight, false, true},
                   {"deferred", Align::kRight, false, true},
                   {"hard rate"},
                   {"", Align::kLeft, false, true}});
  std::size_t shown = 0;
  for (const auto& row : providers) {
    if (shown == page.rows.providers) break;
    ++shown;
    const Tally& tally = row.tally;
    table.Row({{Printable(row.name)},
               CountCell(tally.Attempts()),
               CountCell(tally.of(Kind::kDelivered)),
               CountCell(tally.of(Kind::kHard)),
               CountCell(tally.of(Kind::kBlock)),
               CountCell(tally.of(Kind::kSoft)),
               CountCell(tally.of(Outcome::kDeferred)),
               {Percent(row.hard.count, row.hard.of), ToneOf(row.hard)},
               {Bar(page.screen, row.hard.count, row.hard.of, 16),
                ToneOf(row.hard)}});
  }
  page.Add(table);
  page.More(providers.size(), shown);
}

}  // namespace ricochet
