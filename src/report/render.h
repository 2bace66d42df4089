#pragma once

#include <cstddef>
#include <string>

#include "report/screen.h"
#include "report/summary.h"

namespace ricochet {

// How many rows of each list the text shows.
struct TextRows {
  std::size_t providers = 15;
  std::size_t reasons = 12;
  std::size_t templates = 15;
  std::size_t unclassified = 10;
  std::size_t domains = 10;
  std::size_t suppressions = 20;
};

// The report for a person, in lines of at most screen.columns (a longer word
// aside). Its first line says how it stands. Recipients' addresses are in the
// list of suppressions only; nothing from the input reaches the terminal as a
// control character. Call, at the end of `ricochet report`:
//
//   const Summary summary = Summarize(stats, counts, std::move(facts));
//   const std::string text = format == kJson
//       ? RenderJson(summary)
//       : RenderText(summary, ScreenOf(STDOUT_FILENO, color));
[[nodiscard]] std::string RenderText(const Summary& summary,
                                     const Screen& screen,
                                     const TextRows& rows = {});

}  // namespace ricochet
