#include "mta/exim_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ricochet {
namespace {

using Take = bool (*)(std::string_view&, EximField&) noexcept;

// All fields as "[key|value]", "(...)" if not closed, and what is left. The
// text is in memory of its own size, so that ASan sees a look beyond it.
std::string Fields(std::string_view text, Take take) {
  const std::string own(text);
  std::string_view rest = own;
  std::string out;
  for (EximField field; take(rest, field);) {
    out += field.closed ? "[" : "(";
    out.append(field.key).append("|").append(field.value);
    out += field.closed ? "]" : ")";
  }
  return out.append(rest);
}

bool TakeInLine(std::string_view& rest, EximField& field) noexcept {
  return TakeEximField(rest, field);
}

bool TakeOutOfLine(std::string_view& rest, EximField& field) noexcept {
  const auto any = TakeAnyEximField(rest);
  rest = any.rest;
  field = any.field;
  return any.taken;
}

TEST(EximFields, AreKeysWithValuesAndWords) {
  EXPECT_EQ(Fields(" R=dnslookup K H=mx.example.org [192.0.2.7]:25: 550 No",
                   &TakeInLine),
            "[R|dnslookup][K|][H|mx.example.org][[192.0.2.7]:25|]: 550 No");
}

// However near the line's end, and whatever stands beside.
TEST(EximFields, AreTheSameInLineAndNot) {
  for (const std::string_view line :
       {" R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.7]:25* X=TLS1.3:"
        "TLS_AES_256_GCM_SHA384:256 CV=yes C=\"250 2.0.0 a=b \\\"c\\\" d\" "
        "QT=1s",
        " F=<ann@example.org> P=<ann b@example.org> R=r T=t defer (111): "
        "Connection refused: x=y",
        " a_very_long_word_without_value a_very_long_key_of_a_field=value  R=r "
        "K: = : S==: X=\"open Y=<open Z=",
        " H=(client.example.org) [192.0.2.7] id=1@example.org for a=b@c d@e"}) {
    for (std::size_t begin = 0; begin < line.size(); ++begin) {
      for (std::size_t size = 0; begin + size <= line.size(); ++size) {
        const auto part = line.substr(begin, size);
        ASSERT_EQ(Fields(part, &TakeInLine), Fields(part, &TakeOutOfLine))
            << part;
      }
    }
  }
}

TEST(EximFields, ValuesWithoutBackslashAreKnownToBePlain) {
  const auto plain = [](std::string_view rest) {
    EximField field;
    return TakeEximField(rest, field) && field.plain;
  };
  EXPECT_TRUE(plain(" C=\"250 2.0.0 OK and more\" QT=1s"));
  EXPECT_TRUE(plain(" C=\"250 2.0.0 OK and more"));
  EXPECT_FALSE(plain(" C=\"250 2.0.0 \\\"OK\\\" and more\" QT=1s"));
  EXPECT_FALSE(plain(" C=\"250 2.0.0 OK and more\\"));
  EXPECT_FALSE(plain(" C=250\\n2.0.0 and more"));
  // Of a field before, nothing is left.
  std::string_view rest = " C=\"250 2.0.0 OK\" X=TLS1.3\\n:and_more QT=1s";
  EximField field;
  ASSERT_TRUE(TakeEximField(rest, field));
  EXPECT_TRUE(field.plain);
  ASSERT_TRUE(TakeEximField(rest, field));
  EXPECT_FALSE(field.plain);
}

TEST(EximFields, EndpointsAreTheSameInLineAndNot) {
  for (const std::string_view line :
       {" [192.0.2.7] X=TLS1.3:AES CV=yes", " [] X=TLS1.3:TLS_AES_256 CV=yes",
        " [192.0.2.7]:25* X=TLS1.3:AES", " [192.0.2.7]: 550 No such user",
        " [2001:db8::7] X=TLS1.3:TLS_AES", " [192.0.2.7 ] X=TLS1.3:TLS_AES",
        " [192.0.2.7]] X=TLS1.3:TLS_AES", " (a) [192.0.2.7] X=TLS1.3:AES"}) {
    for (std::size_t size = 0; size <= line.size(); ++size) {
      const std::string own(line.substr(0, size));
      std::string_view rest = own;
      std::string_view other = own;
      const auto endpoint = TakeEximEndpoint(rest);
      const auto expected = TakeAnyEximEndpoint(other);
      ASSERT_EQ(endpoint.ip, expected.ip) << own;
      ASSERT_EQ(endpoint.port, expected.port) << own;
      ASSERT_EQ(rest, other) << own;
    }
  }
}

TEST(EximFields, EndpointsFollowTheHost) {
  std::string_view rest = " [192.0.2.7]:25* X=y";
  auto endpoint = TakeEximEndpoint(rest);
  EXPECT_EQ(endpoint.ip, "192.0.2.7");
  EXPECT_EQ(endpoint.port, 25);
  EXPECT_EQ(rest, " X=y");
  rest = " DS (helo.example.org) [2001:db8::7]: 550 No";
  endpoint = TakeEximEndpoint(rest);
  EXPECT_EQ(endpoint.ip, "2001:db8::7");
  EXPECT_EQ(endpoint.port, 0);
  EXPECT_EQ(rest, ": 550 No");
  rest = " X=y [192.0.2.7]";
  EXPECT_EQ(TakeEximEndpoint(rest).ip, "");
  EXPECT_EQ(rest, " X=y [192.0.2.7]");
}

}  // namespace
}  // namespace ricochet
