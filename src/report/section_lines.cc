#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/numbers.h"
#include "report/sections.h"
#include "report/text.h"

namespace ricochet {
namespace {

std::string ReasonCounts(const std::vector<SuppressionCount>& counts) {
  std::string text;
  for (const auto& [reason, count] : counts) {
    text += text.empty() ? "" : ", ";
    text += fmt::format("{} {}", Grouped(count), Info(reason).name);
  }
  return text;
}

std::string CauseCounts(const std::vector<CauseRow>& causes) {
  std::string text;
  for (const auto& [cause, lines] : causes) {
    text += text.empty() ? "" : ", ";
    text += fmt::format("{} {}", Name(cause), Grouped(lines));
  }
  return text;
}

Tone ToneOf(const FateRow& row) {
  const bool lost = row.fate == Fate::kDeadLettered && row.lines > 0;
  return lost ? Tone::kYellow : Tone::kPlain;
}

// "3 bad_syntax, the first in mail.log: no recipient"
std::string DeadLetterText(const Summary& summary, const DeadLetterRow& row) {
  const auto input = static_cast<std::size_t>(row.tally.first.partition.topic);
  std::string text = fmt::format("{} not understood ({})",
                                 Grouped(row.tally.count), Name(row.reason));
  if (input < summary.inputs.size()) {
    text += ", the first in " + summary.inputs[input].name;
  }
  if (!row.tally.first_error.empty()) text += ": " + row.tally.first_error;
  return Printable(text);
}

}  // namespace

void WriteSuppressions(Page& page) {
  const auto& rows = page.summary.suppressions;
  const auto watched = page.summary.watched;
  page.Heading(
      "Suppressions",
      fmt::format("{} that this run would make", Grouped(rows.size())) +
          (watched == 0
               ? std::string()
               : fmt::format(", {} more are watched", Grouped(watched))));
  if (rows.empty()) {
    page.Paragraph("None.", Tone::kDim);
    return;
  }
  page.Paragraph(ReasonCounts(page.summary.suppression_reasons));
  TextTable table({{"newest first", Align::kLeft, true},
                   {"reason", Align::kLeft},
                   {"since", Align::kLeft, false, true},
                   {"expires", Align::kLeft},
                   {"days", Align::kRight, false, true},
                   {"rule", Align::kLeft, false, true}});
  const std::size_t shown = std::min(page.rows.suppressions, rows.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const SuppressionRow& row = rows[i];
    const auto from =
        row.qualifier.empty() ? std::string() : " from " + row.qualifier;
    table.Row({{Printable(row.key + from)},
               {std::string(Info(row.reason).name)},
               {Date(row.since)},
               {row.expires == kNoTime ? "never" : Date(row.expires)},
               CountCell(row.count, Tone::kDim),
               {Printable(row.rule), Tone::kDim}});
  }
  page.Add(table);
  page.More(rows.size(), shown, "(--suppressions FILE writes them all)");
}

void WriteLines(Page& page) {
  const Summary& summary = page.summary;
  page.Heading("Lines", fmt::format("{} read, each with one fate",
                                    Grouped(summary.lines)));
  constexpr std::array<std::string_view, kFateNames.size()> kLabels = {
      "emitted", "absorbed", "ignored", "dead-lettered"};
  TextTable table({{"", Align::kLeft}, {""}, {""}, {"", Align::kLeft, true}});
  for (const FateRow& row : summary.fates) {
    const auto fate = static_cast<std::size_t>(row.fate);
    table.Row({{std::string(kLabels[fate]), ToneOf(row)},
               {Grouped(row.lines), ToneOf(row)},
               {Percent(row.lines, summary.lines)},
               {CauseCounts(row.causes), Tone::kDim}});
  }
  page.Add(table);
  for (const auto& row : summary.dead_letters) {
    page.Paragraph(DeadLetterText(summary, row), Tone::kYellow);
  }
}

}  // namespace ricochet
