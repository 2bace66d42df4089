#include "mta/registry.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "mta/lines.h"

namespace ricochet {
namespace {

TEST(Registry, EveryFormatHasItsOwnName) {
  std::set<std::string_view> names;
  for (const auto& format : Formats()) {
    EXPECT_FALSE(format.name.empty());
    EXPECT_NE(format.mta, Mta::kUnknown);
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
  }
  EXPECT_EQ(names.count("postfix"), 1U);
}

TEST(Registry, OtherProgramsAreIgnoredWhateverTheySay) {
  for (const auto* program : {"dovecot", "sshd", "kernel", "rspamd"}) {
    const auto parsed =
        ParseText(program, "4F1C2T: to=<a@b>, status=sent (ok)");
    EXPECT_EQ(parsed.result,
              (ParseResult{ParseResult::What::kIgnored, Cause::kForeignProgram,
                           Mta::kUnknown}));
  }
}

TEST(Registry, LinesOfNoProgramAreRejected) {
  EXPECT_EQ(Fate("", "what is this"), "rejected unknown_format");
  EXPECT_EQ(Fate("", "\xff\xfe"), "rejected unknown_format");
  EXPECT_EQ(Fate("", "see (this) please."), "rejected unknown_format");
  EXPECT_EQ(Fate("", " \r"), "ignored empty");
}

TEST(Registry, MarksOfJournalctlAreIgnored) {
  for (const auto* mark :
       {"-- Boot 3f2d9c0d4a7e4a1f9f6cbbd3d1a0c2b7 --", "-- Reboot --",
        "-- Logs begin at Sat 2026-11-21 19:36:16 CET, end at Sat 2026-11-21 "
        "20:00:00 CET. --",
        "-- Journal begins at Sat 2026-11-21 19:36:16 CET. --",
        "-- No entries --"}) {
    EXPECT_EQ(Fate("", mark), "ignored service") << mark;
  }
  EXPECT_EQ(Fate("", "-- Bootleg"), "rejected unknown_format");
  EXPECT_EQ(Fate("", "--"), "rejected unknown_format");
}

TEST(Registry, TornOffRestIsAContinuation) {
  const std::string line =
      "Nov 21 19:59:23 mta postfix/smtp[1]: 4F1C2T: to=<a@example.org>, "
      "relay=mx.example.org[192.0.2.7]:25, delay=1, dsn=5.1.1, status=bounced "
      "(host mx.example.org[192.0.2.7] said: 550 5.1.1 no (in reply to RCPT TO "
      "command))";
  for (std::size_t cut = line.find("<a@"); cut + 2 < line.size(); ++cut) {
    EXPECT_EQ(Fate("", line.substr(cut)), "rejected continuation")
        << line.substr(cut);
  }
}

}  // namespace
}  // namespace ricochet
