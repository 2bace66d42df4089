#include "app/suppression_file.h"

#include <gtest/gtest.h>

#include <string>

namespace ricochet {
namespace {

// "address scope qualifier tenant reason note", "-" for what is empty; or the
// error.
std::string Read(std::string_view text) {
  const auto wishes = ReadWishes(text, "list");
  if (!wishes) return wishes.error().message;
  std::string out;
  const auto add = [&out](std::string_view field) {
    out += field.empty() ? "-" : field;
    out += ' ';
  };
  for (const auto& wish : *wishes) {
    if (!out.empty()) out += "/ ";
    add(wish.address);
    add(kSuppressionScopeNames[static_cast<std::size_t>(wish.scope)]);
    add(wish.qualifier);
    add(wish.tenant);
    add(Info(wish.reason).name);
    add(wish.note);
  }
  return out;
}

TEST(SuppressionFile, OneAddressALineIsEnough) {
  EXPECT_EQ(Read("ann@example.org\nbob@example.org\r\n\n"),
            "ann@example.org address - default - - / "
            "bob@example.org address - default - - ");
}

TEST(SuppressionFile, AHeaderNamesTheColumnsInAnyOrder) {
  EXPECT_EQ(Read("reason,recipient,note\nuser_unknown,ann@example.org,\"gone, "
                 "she says\"\n"),
            "ann@example.org address - default user_unknown gone, she says ");
}

TEST(SuppressionFile, JsonLinesHaveTheSameMembers) {
  EXPECT_EQ(Read(R"({"recipient":"example.org","scope":"domain"})"
                 "\n"
                 R"({"recipient":"a@b.example","scope":"address_list",)"
                 R"("qualifier":"news","tenant":"acme","note":null})"),
            "example.org domain - default - - / "
            "a@b.example address_list news acme - - ");
}

TEST(SuppressionFile, ErrorsNameFileAndLine) {
  EXPECT_EQ(Read("ann@example.org\nnobody\n"),
            "list:2: 'nobody' is no address");
  EXPECT_EQ(Read("recipient,colour\na@b.example,red\n"),
            "list:2: colour 'red' is of no column: "
            "recipient,scope,qualifier,tenant,reason,expires,note");
  EXPECT_EQ(Read("recipient,reason\na@b.example,bad\n"),
            "list:2: reason 'bad' is no reason");
  EXPECT_EQ(Read("recipient,expires\na@b.example,soon\n"),
            "list:2: expires 'soon' is no time");
  EXPECT_EQ(Read("recipient\na@b.example,more\n"),
            "list:2: 2 fields and 1 columns");
  EXPECT_EQ(Read("\"a@b.example\n"), "list:1: a quote that does not end");
  EXPECT_EQ(Read("{\"recipient\":"), "list:1: is no JSON object");
  EXPECT_EQ(Read("{\"recipient\":7}"), "list:1: recipient is no string");
  EXPECT_EQ(Read("{}"), "list:1: no recipient");
}

TEST(SuppressionFile, AScopeHasItsOwnNeeds) {
  EXPECT_EQ(Read("recipient,scope\na@b.example,domain\n"),
            "list:2: 'a@b.example' is no domain");
  EXPECT_EQ(Read("recipient,scope\na@b.example,address_sender_domain\n"),
            "list:2: no sender domain");
  EXPECT_EQ(Read("recipient,qualifier\na@b.example,news\n"),
            "list:2: a qualifier, but a scope without one");
}

TEST(SuppressionFile, WhatIsExportedIsReadBack) {
  const auto entry = nlohmann::json::parse(R"({
    "action": "suppress", "scope": "address_sender_domain",
    "recipient": "ann, \"the\" boss@example.org", "domain": null,
    "sender_domain": "shop.example", "list": null,
    "expires": "2027-01-02T03:04:05.000Z",
    "causes": [{"reason": "recipient_restricted", "note": "asked us"}]})");
  constexpr auto kRead =
      "ann, \"the\" boss@example.org address_sender_domain shop.example acme "
      "recipient_restricted asked us ";
  EXPECT_EQ(
      Read(std::string(kSuppressionColumns) + "\n" + CsvLineOf(entry, "acme")),
      kRead);
  EXPECT_EQ(Read(JsonLineOf(entry, "acme")), kRead);
  const auto wishes = ReadWishes(JsonLineOf(entry, "acme"), "list");
  EXPECT_EQ(wishes->front().expires,
            EventTime(std::chrono::sys_days(std::chrono::January / 2 / 2027)) +
                std::chrono::seconds(3 * 3600 + 4 * 60 + 5));
}

}  // namespace
}  // namespace ricochet
