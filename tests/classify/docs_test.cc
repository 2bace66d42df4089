#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "classify/rule_book.h"

namespace ricochet {
namespace {

constexpr std::string_view kHead =
    "| reason | permanence | fault | kind | code | what it means | what to do "
    "| who |\n|---|---|---|---|---|---|---|---|\n";

std::string OrDash(std::string_view text) {
  return std::string(text.empty() ? "-" : text);
}

// The table of reasons, as the code and rules/reasons.toml have it.
std::string Table(const RuleBook& book) {
  std::string table(kHead);
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (reason == Reason::kNone) continue;
    const auto& info = Info(reason);
    const auto& text = book.reason_text(reason);
    table += fmt::format(
        "| `{}` | {} | {} | {} | {} | {} | {} | {} |\n", info.name,
        OrDash(kPermanenceNames[static_cast<std::size_t>(info.permanence)]),
        OrDash(kFaultNames[static_cast<std::size_t>(info.fault)]),
        kKindNames[static_cast<std::size_t>(info.kind)],
        info.sparkpost_code == 0 ? "-" : std::to_string(info.sparkpost_code),
        text.meaning, text.advice, text.who);
  }
  return table;
}

TEST(Docs, TableOfReasonsIsUpToDate) {
  const auto book = RuleBook::BuiltIn();
  ASSERT_TRUE(book.has_value());
  const std::string path = RICOCHET_SOURCE_DIR "/docs/verdicts.md";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const std::string page = text.str();
  constexpr std::string_view kHeading = "## Reasons\n";
  const auto heading = page.find(kHeading);
  ASSERT_NE(heading, std::string::npos);
  // The table follows the paragraph behind the heading, and ends the page.
  const auto paragraph_end = page.find("\n\n", heading + kHeading.size()) + 2;
  const std::string wanted = page.substr(0, paragraph_end) + Table(**book);
  if (std::getenv("RICOCHET_UPDATE_DOCS") != nullptr) {
    std::ofstream(path) << wanted;
    return;
  }
  EXPECT_EQ(page, wanted)
      << "docs/verdicts.md is out of date: run this test with "
         "RICOCHET_UPDATE_DOCS=1";
}

}  // namespace
}  // namespace ricochet
