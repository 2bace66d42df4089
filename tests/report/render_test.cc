#include "report/render.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/fake_event.h"
#include "report/sample_report.h"
#include "report/text.h"

namespace ricochet {
namespace {

constexpr Screen kPlain{.color = false, .columns = 100};

Screen Coloured(std::size_t columns) {
  return {.color = true, .columns = columns};
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

// Without the colours that we write ourselves: "\x1b[1;31m".
std::string WithoutColours(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == "\x1b[") {
      at = text.find_first_not_of("0123456789;", at + 2);
      EXPECT_EQ(text.substr(at, 1), "m");
    } else {
      out += text[at];
    }
  }
  return out;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string Rendered(const Stats& stats, ReportFacts facts = {},
                     const Screen& screen = kPlain) {
  return RenderText(Summarize(stats, Counts{}, std::move(facts)), screen);
}

TEST(RenderText, OfNothingSaysSo) {
  const std::string text = Rendered(Stats());
  EXPECT_TRUE(text.starts_with("TOO FEW: no delivery outcomes\n")) << text;
  EXPECT_FALSE(Contains(text, "nan"));
  EXPECT_FALSE(Contains(text, "By provider"));
  EXPECT_TRUE(Contains(text, "Lines  0 read"));
}

TEST(RenderText, FirstLineSaysHowItStands) {
  Stats stats;
  for (int i = 0; i < 1000; ++i) {
    FakeEvent event;
    if (i < 70) event.Bounced(Reason::kUserUnknown, "550 No");
    stats.OnEvent(event.Event());
  }
  EXPECT_EQ(Lines(Rendered(stats)).front(),
            "CRITICAL: 7.00 % of 1,000 outcomes bounced hard; the critical "
            "line is 5 %");
}

TEST(RenderText, FewOutcomesMakeNoRate) {
  Stats stats;
  stats.OnEvent(FakeEvent().Bounced(Reason::kUserUnknown, "550 No").Event());
  EXPECT_EQ(Lines(Rendered(stats)).front(),
            "TOO FEW: 1 of 1 outcomes bounced hard: too few for a rate");
}

TEST(RenderText, PlainTextHasNoEscapesNorBars) {
  const std::string text = RenderText(SampleSummary(), kPlain);
  EXPECT_FALSE(Contains(text, "\x1b"));
  EXPECT_FALSE(Contains(text, "▇"));
}

TEST(RenderText, TerminalGetsColoursAndBars) {
  const std::string text = RenderText(SampleSummary(), Coloured(100));
  EXPECT_TRUE(Contains(text, "\x1b[1;31m"));
  EXPECT_TRUE(Contains(text, "▇"));
}

TEST(RenderText, HasEverySection) {
  const std::string text = RenderText(SampleSummary(), kPlain);
  for (const std::string_view title :
       {"Outcomes", "Rates", "By provider", "Top reasons",
        "Top reply templates", "Unclassified replies",
        "Worst recipient domains", "Worst sender domains", "Suppressions",
        "Lines"}) {
    EXPECT_TRUE(Contains(text, "\n\n" + std::string(title) + "  ")) << title;
  }
}

TEST(RenderText, StaysWithinTheScreen) {
  const Summary summary = SampleSummary();
  for (const std::size_t columns : {60U, 72U, 80U, 100U, 140U}) {
    const std::string text =
        WithoutColours(RenderText(summary, Coloured(columns)));
    for (const auto& line : Lines(text)) {
      EXPECT_LE(Columns(line), columns) << columns << ": " << line;
    }
  }
}

TEST(RenderText, SurvivesAnyWidth) {
  const Summary summary = SampleSummary();
  for (std::size_t columns = 0; columns < 60; ++columns) {
    EXPECT_FALSE(RenderText(summary, Coloured(columns)).empty());
  }
}

TEST(RenderText, NoLineEndsInABlank) {
  for (const auto& line : Lines(RenderText(SampleSummary(), kPlain))) {
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

// Everything in a report that a stranger may have written.
TEST(RenderText, HostileTextSendsNothingToTheTerminal) {
  const std::string evil = "\x1b[2J\x1b]0;owned\x07\u202E\xff\r";
  Stats stats;
  for (int i = 0; i < 2; ++i) {
    stats.OnEvent(FakeEvent()
                      .To("ann@" + evil)
                      .From("news@" + evil)
                      .Bounced(Reason::kUnclassified, "550 " + evil)
                      .Event());
    stats.OnEvent(FakeEvent()
                      .To("bob@" + evil)
                      .From("news@" + evil)
                      .Provider(1)
                      .Bounced(Reason::kUserUnknown, "551 " + evil)
                      .Event());
  }
  stats.OnDeadLetter({.id = {},
                      .source = {},
                      .reason = Reject::kBadSyntax,
                      .error = evil,
                      .value = evil});
  ReportFacts facts;
  facts.inputs = {{evil, 1, evil}};
  facts.providers = {evil, evil};
  facts.advice.fill(evil);
  facts.suppressions = {{.scope = "address",
                         .key = "ann@" + evil,
                         .reason = Reason::kUserUnknown,
                         .rule = evil}};
  const std::string text =
      WithoutColours(Rendered(stats, std::move(facts), Coloured(140)));
  for (const char c : text) {
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << text;
  }
  EXPECT_FALSE(Contains(text, "\u202E"));
  EXPECT_FALSE(Contains(text, "\xff"));
}

TEST(RenderText, LongListsAreCutAndSaySo) {
  TextRows rows;
  rows.suppressions = 2;
  const std::string text = RenderText(SampleSummary(), kPlain, rows);
  EXPECT_TRUE(
      Contains(text, "… and 2,410 more (--suppressions FILE writes them all)"));
}

TEST(RenderText, UnreadableInputIsNamed) {
  ReportFacts facts;
  facts.inputs = {{"cut.gz", 9, "cut.gz: the compressed file is truncated"}};
  EXPECT_TRUE(Contains(Rendered(Stats(), std::move(facts)),
                       "Not read to its end: cut.gz: the compressed file is "
                       "truncated"));
}

TEST(RenderText, DeadLettersNameTheirFile) {
  const std::string text = RenderText(SampleSummary(), kPlain);
  EXPECT_TRUE(Contains(text,
                       "3 not understood (bad_syntax), the first in "
                       "mail.log.1: no recipient"));
}

TEST(RenderText, RecipientsAreInTheSuppressionsOnly) {
  Stats stats;
  stats.OnEvent(FakeEvent()
                    .To("ann.secret@example.org")
                    .Bounced(Reason::kUserUnknown, "550 No")
                    .Event());
  EXPECT_FALSE(Contains(Rendered(stats), "ann.secret"));
}

}  // namespace
}  // namespace ricochet
