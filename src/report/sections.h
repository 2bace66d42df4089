#pragma once

#include <string>
#include <string_view>

#include "report/render.h"
#include "report/screen.h"
#include "report/summary.h"
#include "report/text_table.h"

namespace ricochet {

// A report being written, with what its sections need.
struct Page {
  const Summary& summary;
  const Screen& screen;
  const TextRows& rows;
  std::string text;

  // `remark` says what the numbers are: on the same line, where it fits.
  void Heading(std::string_view title, std::string_view remark = {});
  // A wrapped paragraph.
  void Paragraph(std::string_view words, Tone tone = Tone::kPlain);
  void Add(const TextTable& table) { text += table.Render(screen); }
  // "… and 12 more" when a list was cut.
  void More(std::size_t all, std::size_t shown, std::string_view where = {});
};

// In the order of the report; one without content writes nothing.
void WriteHeadline(Page& page);
void WriteOutcomes(Page& page);
void WriteRates(Page& page);
void WriteProviders(Page& page);
void WriteReasons(Page& page);
void WriteTemplates(Page& page);
void WriteUnclassified(Page& page);
void WriteDomains(Page& page);
void WriteSuppressions(Page& page);
void WriteLines(Page& page);

[[nodiscard]] Tone ToneOf(Kind kind) noexcept;
[[nodiscard]] Tone ToneOf(const Rate& rate) noexcept;

// A count for a table: "-" rather than 0, which the eye would have to read.
[[nodiscard]] TableCell CountCell(std::uint64_t count,
                                  Tone tone = Tone::kPlain);

}  // namespace ricochet
