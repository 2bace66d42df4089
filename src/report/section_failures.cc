#include <fmt/format.h>

#include <algorithm>

#include "report/numbers.h"
#include "report/sections.h"
#include "report/text.h"

namespace ricochet {
namespace {

// The people behind Fault's values.
std::string_view WhoActs(Fault fault) {
  switch (fault) {
    case Fault::kRecipient:
    case Fault::kDomain:
      return "list owner";
    case Fault::kReceiver:
      return "receiver";
    case Fault::kSender:
      return "mail admin";
    case Fault::kContent:
      return "author";
    case Fault::kUnknown:
    case Fault::kNone:
      break;
  }
  return "unclear";
}

std::string ReasonName(Reason reason) {
  return reason == Reason::kNone ? "-" : std::string(Info(reason).name);
}

void WriteTemplateTable(Page& page, const std::vector<TemplateRow>& rows,
                        std::size_t limit) {
  TextTable table({{"replies"},
                   {"final", Align::kRight, false, true},
                   {"reason", Align::kLeft},
                   {"provider", Align::kLeft, false, true},
                   {"decided by", Align::kLeft, false, true},
                   {"template", Align::kLeft, true}});
  const std::size_t shown = std::min(limit, rows.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [id, entry, provider] = rows[i];
    const auto by = static_cast<std::size_t>(entry.decided_by);
    table.Row({CountCell(entry.replies),
               CountCell(entry.final),
               {ReasonName(entry.reason), ToneOf(entry.kind)},
               {Printable(provider), Tone::kDim},
               {std::string(kDecidedByNames[by]), Tone::kDim},
               {Printable(entry.text)}});
  }
  page.Add(table);
  page.More(rows.size(), shown, "(--format json has them)");
}

void WriteDomainTable(Page& page, const DomainRanking& ranking,
                      std::string_view title) {
  if (ranking.worst.empty()) return;
  page.Heading(title,
               fmt::format("by hard and block outcomes; {} domains{}",
                           Grouped(ranking.distinct),
                           ranking.min_outcomes > 1
                               ? fmt::format(", those with {} outcomes or more",
                                             ranking.min_outcomes)
                               : ""));
  TextTable table({{"", Align::kLeft, true},
                   {"outcomes"},
                   {"delivered", Align::kRight, false, true},
                   {"hard"},
                   {"block"},
                   {"failed"},
                   {"mostly", Align::kLeft, false, true}});
  const std::size_t shown = std::min(page.rows.domains, ranking.worst.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const DomainRow& row = ranking.worst[i];
    table.Row({{Printable(row.domain)},
               CountCell(row.tally.Outcomes()),
               CountCell(row.tally.of(Kind::kDelivered)),
               CountCell(row.tally.of(Kind::kHard), Tone::kRed),
               CountCell(row.tally.of(Kind::kBlock), Tone::kMagenta),
               {Percent(row.bad, row.tally.RateBase())},
               {ReasonName(row.reason), Tone::kDim}});
  }
  page.Add(table);
  page.More(ranking.worst.size(), shown);
}

}  // namespace

void WriteReasons(Page& page) {
  const auto& reasons = page.summary.reasons;
  if (reasons.empty()) return;
  page.Heading("Top reasons",
               "failed outcomes, deferred attempts, and who has to act");
  std::uint64_t failed = 0;
  for (const auto& row : reasons) failed += row.outcomes;
  TextTable table({{"", Align::kLeft, true},
                   {"", Align::kLeft},
                   {"outcomes"},
                   {"share", Align::kRight, false, true},
                   {"deferred", Align::kRight, false, true},
                   {"", Align::kLeft},
                   {"", Align::kLeft, false, true}});
  const std::size_t shown = std::min(page.rows.reasons, reasons.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const ReasonRow& row = reasons[i];
    const auto kind = static_cast<std::size_t>(row.kind);
    table.Row({{ReasonName(row.reason), Tone::kBold},
               {std::string(kKindNames[kind]), ToneOf(row.kind)},
               CountCell(row.outcomes),
               {row.outcomes == 0 ? "" : Percent(row.outcomes, failed)},
               CountCell(row.tally.deferred),
               {std::string(WhoActs(Info(row.reason).fault)), Tone::kCyan},
               {Bar(page.screen, row.outcomes, failed, 16), ToneOf(row.kind)}});
    if (!row.advice.empty()) table.Note(Printable(row.advice));
  }
  page.Add(table);
  page.More(reasons.size(), shown);
}

void WriteTemplates(Page& page) {
  const Summary& summary = page.summary;
  if (summary.templates.empty()) return;
  page.Heading("Top reply templates",
               fmt::format("{} in all{}", Grouped(summary.distinct_templates),
                           summary.template_overflow > 0
                               ? fmt::format("; {} replies beyond the limit",
                                             Grouped(summary.template_overflow))
                               : ""));
  WriteTemplateTable(page, summary.templates, page.rows.templates);
}

void WriteUnclassified(Page& page) {
  if (page.summary.unclassified.empty()) return;
  page.Heading("Unclassified replies", "each of these wants a rule");
  WriteTemplateTable(page, page.summary.unclassified, page.rows.unclassified);
}

void WriteDomains(Page& page) {
  WriteDomainTable(page, page.summary.recipient_domains,
                   "Worst recipient domains");
  WriteDomainTable(page, page.summary.sender_domains, "Worst sender domains");
}

}  // namespace ricochet
