#include "classify/entities.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace ricochet {
namespace {

Entities Blocked(std::string_view text) {
  return FindEntities(text, Reason::kBlocklisted);
}
std::string_view ListIn(std::string_view text) { return Blocked(text).dnsbl; }
std::string_view IpIn(std::string_view text) { return Blocked(text).listed_ip; }
std::string_view TagIn(std::string_view text) {
  return FindEntities(text, Reason::kPolicyRejected).tag;
}
std::string_view UrlIn(std::string_view text) {
  return FindEntities(text, Reason::kPolicyRejected).url;
}
std::string_view NewAddressIn(std::string_view text,
                              std::string_view recipient = "ann@example.org") {
  const std::array recipients = {recipient};
  return FindEntities(text, Reason::kMailboxMoved, recipients).new_address;
}

TEST(Entities, OfAListing) {
  const auto found = Blocked(
      "Service unavailable; Client host [192.0.2.7] blocked using "
      "zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7");
  EXPECT_EQ(found.dnsbl, "zen.spamhaus.org");
  EXPECT_EQ(found.listed_ip, "192.0.2.7");
  EXPECT_EQ(found.url, "https://www.spamhaus.org/query/ip/192.0.2.7");
  EXPECT_EQ(found.tag, "");
  EXPECT_EQ(found.new_address, "");
}

TEST(Entities, ListBehindTheWordsThatAnnounceIt) {
  EXPECT_EQ(ListIn("blocked using bl.example.net; ask"), "bl.example.net");
  EXPECT_EQ(ListIn("Listed in bl.example.net."), "bl.example.net");
  EXPECT_EQ(ListIn("is listed at bl.example.net"), "bl.example.net");
  EXPECT_EQ(ListIn("listed by \"bl.example.net\""), "bl.example.net");
  EXPECT_EQ(ListIn("found in blacklist bl.example.net"), "bl.example.net");
  EXPECT_EQ(ListIn("client is on RBL bl.example.net"), "bl.example.net");
  EXPECT_EQ(ListIn("mx.example.org: blocked using bl.example.net"),
            "bl.example.net");
}

TEST(Entities, ListOfAKnownOperatorOrByItsName) {
  EXPECT_EQ(ListIn("blocked by zen.spamhaus.org"), "zen.spamhaus.org");
  EXPECT_EQ(ListIn("the ip is in Spamhaus's list"), "Spamhaus");
  EXPECT_EQ(ListIn("addresses on Spamhaus PBL; see"), "Spamhaus PBL");
  EXPECT_EQ(ListIn("blocked by SPAMCOP - to unblock"), "SPAMCOP");
  EXPECT_EQ(ListIn("192.0.2.7 is UCEPROTECT-Level 1 listed"), "UCEPROTECT");
  EXPECT_EQ(ListIn("is in an RBL, see https://www.spamhaus.org/sbl/query/x"),
            "spamhaus.org");
}

TEST(Entities, ListWithoutTheAddressItWasAskedFor) {
  EXPECT_EQ(ListIn("10.2.0.192.zen.spamhaus.org says no"), "zen.spamhaus.org");
  EXPECT_EQ(ListIn("listed in bl.0spam.org"), "bl.0spam.org");
}

TEST(Entities, NoListWhereNoneIsNamed) {
  EXPECT_EQ(ListIn("IP on blacklist"), "");
  EXPECT_EQ(ListIn("mx.example.org refused: your IP is blocked"), "");
  EXPECT_EQ(ListIn("rejected by mx.example.org"), "");
  EXPECT_EQ(ListIn("the Barracudas are out"), "");
  for (const auto reason : {Reason::kMailboxFull, Reason::kIpReputation}) {
    EXPECT_EQ(FindEntities("blocked using zen.spamhaus.org", reason).dnsbl, "");
  }
}

TEST(Entities, ListedAddressOfBothFamilies) {
  EXPECT_EQ(IpIn("host [192.0.2.7]:25 is listed"), "192.0.2.7");
  EXPECT_EQ(IpIn("host 192.0.2.7."), "192.0.2.7");
  EXPECT_EQ(IpIn("see http://bl.example.net/?ip=192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(IpIn("host [2001:db8::1] is listed"), "2001:db8::1");
  EXPECT_EQ(IpIn("IPv6:2001:db8:0:0::1"), "2001:db8:0:0::1");
}

TEST(Entities, WhatOnlyLooksLikeAListedAddress) {
  for (const std::string_view text :
       {"answered 127.0.0.2", "mx-192.0.2.7.example.net",
        "7.2.0.192.bl.example.net", "192.0.2.0/24 is listed", "192.0.2.256",
        "1.2.3", "1.2.3.4.5", "at 12:30:45", "::1", "::", "a:b:c",
        "::::", "1:2:3:4:5:6:7:8:9", "0.0.0.0"}) {
    EXPECT_EQ(IpIn(text), "") << text;
  }
}

TEST(Entities, TagsOfVendors) {
  EXPECT_EQ(TagIn("[TSS04] Messages from 192.0.2.7 deferred"), "TSS04");
  EXPECT_EQ(TagIn("on our block list (S3150). See"), "S3150");
  EXPECT_EQ(TagIn("Access denied, spam abuse detected AS(201)"), "AS(201)");
  EXPECT_EQ(TagIn("Mail rejete. Mail rejected. OFR_506 [506]"), "OFR_506");
  EXPECT_EQ(TagIn("[BL21] Connections will not be accepted"), "BL21");
  EXPECT_EQ(TagIn("too many recipients this hour. IB607"), "IB607");
  EXPECT_EQ(TagIn("SC-001 (SNT004-MC1F43) Unfortunately"), "SC-001");
  EXPECT_EQ(TagIn("see http://x.example/codes.php#BL000010"), "BL000010");
  EXPECT_EQ(TagIn("refused. AUP#O-1600"), "AUP#O-1600");
  EXPECT_EQ(TagIn("refused. AUP#1260 (x)"), "AUP#1260");
  EXPECT_EQ(TagIn("错误TSS04请重试"), "TSS04");
}

// Half of a tag says nothing: AOL has HVU:B1, RLY:B1 and DNS:B1.
TEST(Entities, TagsOfTwoPartsAreWhole) {
  EXPECT_EQ(TagIn("Message not accepted (RLY:B1)"), "RLY:B1");
  EXPECT_EQ(TagIn(": (HVU:B1) http://example.com/x"), "HVU:B1");
  EXPECT_EQ(TagIn("(RLY:CH4) refused"), "RLY:CH4");
  EXPECT_EQ(TagIn("DNS:B1 refused"), "DNS:B1");
  EXPECT_EQ(TagIn("(DYN:T1)"), "DYN:T1");
  EXPECT_EQ(TagIn("HL:REP 163 mx1, see the page"), "HL:REP");
  EXPECT_EQ(TagIn("DT:SPM 163 mx1"), "DT:SPM");
  EXPECT_EQ(TagIn("MI:DGL请重试"), "MI:DGL");
}

TEST(Entities, WhatOnlyLooksLikeATagOfTwoParts) {
  for (const std::string_view text :
       {"SPF:FAIL", "DKIM:NONE", "TO:ANN", "A:B", "ABCDE:B", "AB:", "AB:1",
        "AB:Cd", "AB:ABCDE", "AB:CD:EF", "FROM:ANN@example.org", "AB:C_D",
        "xHL:REP", "RFC:AB", "HL: REP"}) {
    EXPECT_EQ(TagIn(text), "") << text;
  }
}

TEST(Entities, TagsWithoutADigitByTheirNames) {
  EXPECT_EQ(TagIn("554 refused. CXBL"), "CXBL");
  EXPECT_EQ(TagIn("Ask your postmaster for help. (NOWL)"), "NOWL");
  EXPECT_EQ(TagIn("example.org Nemesis ESMTP Service not available"),
            "Nemesis");
  EXPECT_EQ(TagIn("refused: NO-DOMAIN."), "NO-DOMAIN");
  EXPECT_EQ(TagIn("<a@example.org>: Invalid-Recipient"), "Invalid-Recipient");
  EXPECT_EQ(TagIn("NOWLEDGE NO-DOMAINS nemesis DIALLED"), "");
}

TEST(Entities, ATagIsFoundWhereverItStands) {
  EXPECT_EQ(TagIn("refused (SC-001)"), "SC-001");
  EXPECT_EQ(TagIn("Mail was refused by SC-001 for policy reasons"), "SC-001");
  EXPECT_EQ(TagIn("550 refused (SC-001)"), "SC-001");
  const std::string words(64, 'x');
  for (std::size_t at = 0; at < words.size(); ++at) {
    EXPECT_EQ(TagIn(words.substr(0, at) + " SC-001 " + words), "SC-001") << at;
  }
}

TEST(Entities, WhatOnlyLooksLikeATag) {
  for (const std::string_view text :
       {"is not a valid RFC5322 or RFC-5321 address",
        "SMTPUTF8 required",
        "TLS1 and X509 and MD5",
        "queued as 4F1C2A",
        "mx A1 no",
        "EEEE0000",
        "V15\\Transport",
        "C:\\ABC123",
        "x?ABC123",
        "xABC123",
        "RFC(5321)",
        "AB()",
        "A(1)",
        "AB(x)",
        "AB(12345678901234567890)",
        "AUP#",
        "AB#x",
        "news@ABC123.example",
        "ABC123.example",
        "Mailbox full"}) {
    EXPECT_EQ(TagIn(text), "") << text;
  }
}

TEST(Entities, FirstUrlWithAHost) {
  EXPECT_EQ(UrlIn("see (https://example.org/a?b=c#d)."),
            "https://example.org/a?b=c#d");
  EXPECT_EQ(UrlIn("<http://example.org/>"), "http://example.org/");
  EXPECT_EQ(UrlIn("see http://example.org/?ip=1; or"),
            "http://example.org/?ip=1");
  EXPECT_EQ(UrlIn("http:// https:// and https://example.org."),
            "https://example.org");
  EXPECT_EQ(UrlIn("请访问https://example.org/错"), "https://example.org/");
  EXPECT_EQ(UrlIn("ftp://example.org www.example.org http:/x"), "");
}

TEST(Entities, UrlThatIsCutIsNone) {
  const std::string text = "http://example.org/" + std::string(4096, 'x');
  EXPECT_EQ(UrlIn(text), "");
}

TEST(Entities, NewAddressOfAMailboxThatMoved) {
  EXPECT_EQ(NewAddressIn("User not local; please try <ann@example.net>"),
            "ann@example.net");
  EXPECT_EQ(NewAddressIn("ann@example.org has moved to <ann@example.net>."),
            "ann@example.net");
  EXPECT_EQ(NewAddressIn("the new address is Ann.B+c@example.net."),
            "Ann.B+c@example.net");
  EXPECT_EQ(NewAddressIn("new address: ann@example.net"), "ann@example.net");
  EXPECT_EQ(NewAddressIn("try <@mx.example.org:ann@example.net>"), "");
}

TEST(Entities, RecipientIsNoNewAddressOfItself) {
  EXPECT_EQ(NewAddressIn("mail to <ANN@example.org> has moved"), "");
  EXPECT_EQ(NewAddressIn("mail to <ann@example.org>: try ann@example.net"),
            "ann@example.net");
}

TEST(Entities, NeitherThePostmasterNorAnyAddressIsWhereItMoved) {
  EXPECT_EQ(NewAddressIn("moved; write to postmaster@example.net"), "");
  EXPECT_EQ(NewAddressIn("moved. Questions? Contact bob@example.net"), "");
  EXPECT_EQ(
      FindEntities("try <bob@example.net>", Reason::kUserUnknown).new_address,
      "");
  for (const std::string_view text : {"try <@>", "try a@", "try @b", "try a@@b",
                                      "try a@b@c", "try \"a\"@b", "try @"}) {
    EXPECT_EQ(NewAddressIn(text), "") << text;
  }
  EXPECT_EQ(NewAddressIn("try " + std::string(65, 'a') + "@example.net"), "");
}

TEST(Entities, ADeliveryNamesNone) {
  EXPECT_TRUE(
      FindEntities("see https://example.org/ [TSS04]", Reason::kDelivered)
          .empty());
}

bool IsWithin(std::string_view part, std::string_view text) {
  return part.empty() ||
         (part.data() >= text.data() &&
          part.data() + part.size() <= text.data() + text.size());
}

TEST(Entities, AreViewsOfTheTextWhateverItIs) {
  constexpr std::array<std::string_view, 20> kPieces = {
      "http://",   "https://x", "blocked using ",
      "listed in", "192.0.2.7", "2001:db8::1",
      "::",        ".",         "@",
      "<a@b>",     "try ",      "TSS04",
      "AS(201)",   "#",         "(",
      "]",         "Spamhaus",  "zen.spamhaus.org",
      "\xe6\x94",  " "};
  std::mt19937_64 random(5);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (auto n = random() % 40; n > 0; --n) {
      text += random() % 4 == 0 ? std::string(1, static_cast<char>(random()))
                                : std::string(kPieces[random() % 20]);
    }
    for (const auto reason : {Reason::kBlocklisted, Reason::kMailboxMoved}) {
      const auto found = FindEntities(text, reason);
      for (const auto part : {found.dnsbl, found.listed_ip, found.url,
                              found.tag, found.new_address}) {
        ASSERT_TRUE(IsWithin(part, text)) << text;
      }
    }
  }
}

TEST(Entities, LongTextsOfOneKindDoNotTakeLong) {
  for (const std::string_view piece :
       {"@", "a@b ", "http", "http://", "A", "AB(", "#", ":", "1.",
        "::", "Spamhaus ", "using ", "\xff", ".", "try @", "0"}) {
    std::string text;
    while (text.size() < 100'000) text += piece;
    for (const auto reason : {Reason::kBlocklisted, Reason::kMailboxMoved}) {
      static_cast<void>(FindEntities(text, reason));
    }
  }
}

}  // namespace
}  // namespace ricochet
