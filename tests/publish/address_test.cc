#include "ricochet/address.h"

#include <gtest/gtest.h>

#include <string>

namespace ricochet {
namespace {

std::string Shown(std::string_view logged) {
  std::string scratch;
  return std::string(ReadAddress(logged, scratch).text);
}

std::string Domain(std::string_view logged) {
  std::string scratch;
  return std::string(ReadAddress(logged, scratch).domain);
}

std::string Key(std::string_view logged) {
  std::string scratch;
  return std::string(AddressKey(logged, scratch));
}

TEST(Address, KeepsTheLocalPartAndLowersTheDomain) {
  EXPECT_EQ(Shown("Ann.Lee+Tag@Example.ORG"), "Ann.Lee+Tag@example.org");
  EXPECT_EQ(Domain("Ann.Lee+Tag@Example.ORG"), "example.org");
  EXPECT_EQ(Key("Ann.Lee+Tag@Example.ORG"), "ann.lee+tag@example.org");
}

TEST(Address, OfCanonicalFormIsNotCopied) {
  std::string scratch;
  const std::string_view logged = "Ann@example.org";
  EXPECT_EQ(ReadAddress(logged, scratch).text.data(), logged.data());
  const std::string_view lower = "ann@example.org";
  EXPECT_EQ(AddressKey(lower, scratch).data(), lower.data());
  EXPECT_TRUE(scratch.empty());
}

TEST(Address, TurnsUnicodeDomainsIntoALabels) {
  EXPECT_EQ(Shown("Jörg@bücher.example"), "Jörg@xn--bcher-kva.example");
  EXPECT_EQ(Domain("a@BÜCHER.Example"), "xn--bcher-kva.example");
  EXPECT_EQ(Domain("a@例え.テスト"), "xn--r8jz45g.xn--zckzah");
  EXPECT_EQ(Domain("a@bu\xCC\x88"
                   "cher.example"),
            "xn--bcher-kva.example");  // decomposed
  EXPECT_EQ(Domain("a@XN--BCHER-KVA.example"), "xn--bcher-kva.example");
  EXPECT_EQ(Key("Jörg@bücher.example"), Key("jörg@XN--bcher-kva.example"));
}

TEST(Address, KeepsADomainThatIdnaRefuses) {
  EXPECT_EQ(Domain("a@B\xFF.example"), "b\xFF.example");
  EXPECT_EQ(Domain(std::string_view("a@\xC3\xBC\0B.example", 13)),
            std::string_view("\xC3\xBC\0b.example", 11));
  const auto huge = "ü" + std::string(100'000, 'A');
  EXPECT_EQ(Domain("a@" + huge).size(), huge.size());
}

TEST(Address, DomainFollowsTheLastAt) {
  EXPECT_EQ(Domain(R"("a@b"@example.org)"), "example.org");
  EXPECT_EQ(Domain("a@b@Example.org"), "example.org");
  EXPECT_EQ(Key(R"("A@B"@Example.org)"), R"("a@b"@example.org)");
}

TEST(Address, MayHaveNoDomain) {
  for (const auto* logged : {"", "root", "\"a@b\"", "a@"}) {
    EXPECT_EQ(Domain(logged), "") << logged;
    EXPECT_EQ(Shown(logged), logged);
  }
  EXPECT_EQ(Key("Root"), "root");
  EXPECT_EQ(Domain("@example.org"), "example.org");
  EXPECT_EQ(Domain("a@[192.0.2.1]"), "[192.0.2.1]");
  EXPECT_EQ(Domain("a@[IPv6:2001:DB8::1]"), "[ipv6:2001:db8::1]");
}

TEST(Address, KeyOfAKeyIsItself) {
  for (const auto* logged :
       {"A@B.test", "Jörg@Bücher.example", "\"X@\"", "Q"}) {
    EXPECT_EQ(Key(Key(logged)), Key(logged));
  }
}

}  // namespace
}  // namespace ricochet
