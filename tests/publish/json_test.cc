#include "publish/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "publish/utf8.h"

namespace ricochet {
namespace {

// The document {"t":<text>}, without the wrapping.
std::string Quoted(std::string_view text) {
  JsonWriter json;
  json.BeginObject();
  json.Text("t", text);
  json.EndObject();
  const std::string document(json.document());
  return document.substr(5, document.size() - 6);
}

template <class T>
std::string Real(T value) {
  JsonWriter json;
  json.BeginObject();
  json.Real("n", value);
  json.EndObject();
  const std::string document(json.document());
  return document.substr(5, document.size() - 6);
}

std::string Time(std::int64_t ms) {
  TimeText time;
  return std::string(time.Format(EventTime{std::chrono::milliseconds{ms}}));
}

TEST(JsonWriter, SeparatesMembersAndElements) {
  JsonWriter json;
  json.BeginObject();
  json.Number("a", 1);
  json.BeginObject("b");
  json.EndObject();
  json.BeginArray("c");
  json.BeginObject();
  json.Flag("d", true);
  json.EndObject();
  json.BeginObject();
  json.Null("e");
  json.EndObject();
  json.EndArray();
  json.BeginArray("f");
  json.EndArray();
  json.Code("g", {5, 7, 509});
  json.EndObject();
  EXPECT_EQ(json.document(),
            R"({"a":1,"b":{},"c":[{"d":true},{"e":null}],"f":[],)"
            R"("g":"5.7.509"})");
}

TEST(JsonWriter, ClearBeginsANewDocument) {
  JsonWriter json;
  json.BeginObject();
  json.Number("a", -5);
  json.Clear();
  json.BeginObject();
  json.Hex("b", 0x9f);
  json.EndObject();
  EXPECT_EQ(json.document(), R"({"b":"000000000000009f"})");
}

TEST(JsonWriter, EscapesWhatRfc8259Demands) {
  EXPECT_EQ(Quoted("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(Quoted("\n\r\t\b\x1f\x7f"), "\"\\n\\r\\t\\u0008\\u001f\x7f\"");
  EXPECT_EQ(Quoted(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(Quoted(""), R"("")");
}

TEST(JsonWriter, FindsSpecialOctetsAtEveryPlace) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char special : {'"', '\\', '\x01', '\x1f', '\xff'}) {
        std::string text(size, 'x');
        text[at] = special;
        auto expected = text;
        if (special == '\xff') expected.replace(at, 1, kReplacement);
        const auto parsed = nlohmann::json::parse(Quoted(text));
        EXPECT_EQ(parsed.get<std::string>(), expected);
      }
    }
  }
}

TEST(JsonWriter, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(Quoted("Grüße €𝄞"), "\"Grüße €𝄞\"");
  EXPECT_EQ(Quoted("\xC0\xAF"), "\"��\"");            // overlong
  EXPECT_EQ(Quoted("\xED\xA0\x80"), "\"���\"");       // a surrogate
  EXPECT_EQ(Quoted("\xF4\x90\x80\x80"), "\"����\"");  // beyond U+10FFFF
  EXPECT_EQ(Quoted("a\xE2\x82"), "\"a�\"");           // cut
  EXPECT_EQ(Quoted("\xE2\x82z\x80\xFE"), "\"�z��\"");
}

TEST(JsonWriter, AnyBytesGiveValidJson) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> octet(0, 255);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(static_cast<std::size_t>(octet(random)) % 40, ' ');
    for (auto& c : text) c = static_cast<char>(octet(random));
    const auto quoted = Quoted(text);
    ASSERT_TRUE(nlohmann::json::accept(quoted)) << quoted;
  }
}

TEST(JsonWriter, TakesHugeTexts) {
  const auto parsed =
      nlohmann::json::parse(Quoted(std::string(3'000'000, '\x01')));
  EXPECT_EQ(parsed.get<std::string>().size(), 3'000'000U);
}

TEST(JsonWriter, RealNumbersAreShort) {
  EXPECT_EQ(Real(0.07), "0.07");
  EXPECT_EQ(Real(0.02F), "0.02");
  EXPECT_EQ(Real(0.0), "0");
  EXPECT_EQ(Real(12.0), "12");
  EXPECT_EQ(Real(432001.5), "432001.5");
  EXPECT_EQ(Real(1.001), "1.001");
  EXPECT_EQ(Real(0.1F + 0.2F), "0.3");
  EXPECT_EQ(Real(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(Real(-1.5), "-1.5");
  EXPECT_EQ(Real(1e300), "1e+300");
}

TEST(JsonWriter, WhatIsNoNumberIsNull) {
  EXPECT_EQ(Real(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(Real(-std::numeric_limits<float>::infinity()), "null");
  EXPECT_EQ(Real(std::nan("")), "null");
}

TEST(JsonWriter, RealNumbersComeBack) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> exponent(-12, 12);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::pow(10.0, exponent(random));
    EXPECT_EQ(std::stod(Real(value)), value);
    const double rounded = std::round(value * 1000) / 1000;
    EXPECT_EQ(std::stod(Real(rounded)), rounded);
    const auto small = static_cast<float>(rounded);
    EXPECT_EQ(std::stof(Real(small)), small);
  }
}

TEST(TimeText, IsRfc3339WithMilliseconds) {
  EXPECT_EQ(Time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(Time(1795291163007), "2026-11-21T19:59:23.007Z");
  EXPECT_EQ(Time(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(Time(1709164800000), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(Time(253402300799999), "9999-12-31T23:59:59.999Z");
}

TEST(TimeText, IsEmptyWhereRfc3339CannotSay) {
  EXPECT_EQ(Time(253402300800000), "");
  EXPECT_EQ(Time(-62167219200001), "");
  EXPECT_EQ(TimeText().Format(kNoTime), "");
}

TEST(TimeText, FollowsFromSecondToSecondAndBack) {
  TimeText time;
  const EventTime base{std::chrono::milliseconds{1795291163999}};
  EXPECT_EQ(time.Format(base), "2026-11-21T19:59:23.999Z");
  EXPECT_EQ(time.Format(base + std::chrono::milliseconds(1)),
            "2026-11-21T19:59:24.000Z");
  EXPECT_EQ(time.Format(base), "2026-11-21T19:59:23.999Z");
}

}  // namespace
}  // namespace ricochet
