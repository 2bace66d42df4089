#include "classify/template.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace ricochet {
namespace {

std::string TemplateOf(std::string_view text) {
  TemplateMaker maker;
  SmtpResponse response;
  response.text = text;
  maker.Make(response);
  EXPECT_NE(response.template_id, 0U);
  return std::string(response.template_text);
}

std::string MaskedOf(std::string_view text) {
  TemplateMaker maker;
  SmtpResponse response;
  response.text = text;
  maker.Make(response);
  return std::string(maker.masked());
}

TEST(Template, BeginsWithTheCodes) {
  TemplateMaker maker;
  SmtpResponse response;
  response.reply_code = 550;
  response.enhanced_code = {5, 1, 1};
  response.text = "<ann@example.org>: User unknown";
  maker.Make(response);
  EXPECT_EQ(response.template_text, "550 5.1.1 <{address}>: User unknown");
}

TEST(Template, ReplacesWhatVaries) {
  EXPECT_EQ(TemplateOf("no ann@example.org here"), "no {address} here");
  EXPECT_EQ(TemplateOf("<\"a..b\"@example.org> no"), "<{address}> no");
  EXPECT_EQ(TemplateOf("from [192.0.2.1]"), "from [{ip}]");
  EXPECT_EQ(TemplateOf("from [2001:db8::1 15]"), "from [{ip} {n}]");
  EXPECT_EQ(TemplateOf("at 23:34:45"), "at {time}");
  EXPECT_EQ(TemplateOf("2024-06-26T06:23:31.981Z"), "{time}");
  EXPECT_EQ(TemplateOf("score 17.3"), "score {n}");
  EXPECT_EQ(TemplateOf("see https://example.org/x?y=1."), "see {url}.");
  EXPECT_EQ(TemplateOf("a640c23a62f3a-aa20df6e3.678 - gsmtp"), "{id} - gsmtp");
  EXPECT_EQ(TemplateOf("for example.org only"), "for {host} only");
  EXPECT_EQ(TemplateOf("user \"ann\" no"), "user \"{name}\" no");
  EXPECT_EQ(TemplateOf("Thu, 17 Jul 2017"), "{time}, {n} {time} {n}");
}

TEST(Template, KeepsCodesListsAndVendorTags) {
  for (const std::string_view text :
       {"[TSS04] slow", "refused (S3150)", "filtered AS(201)", "OFR_506 [506]",
        "LPN007_416", "inner 550 5.1.1 text", "using zen.spamhaus.org",
        "blocked using bl.list.example", "IB607", "(#5.1.1)",
        "RESOLVER.ADR.RecipNotFound; no", "[CS01]"}) {
    EXPECT_EQ(TemplateOf(text), text);
  }
}

// They set no blanks around what they quote.
TEST(Template, ChineseJapaneseAndKoreanWordsStayBesideWhatVaries) {
  EXPECT_EQ(TemplateOf("用户123不存在"), "用户{n}不存在");
  EXPECT_EQ(TemplateOf("请在12:30:45后重试"), "请在{time}后重试");
  EXPECT_EQ(TemplateOf("您的IP192.0.2.7被拒绝"), "您的{id}被拒绝");
  EXPECT_EQ(TemplateOf("地址192.0.2.7，已被拒绝"), "地址{ip}，已被拒绝");
  EXPECT_EQ(TemplateOf("收件人ann@example.org不存在"), "收件人{address}不存在");
  EXPECT_EQ(TemplateOf("メール10通を超えました"), "メール{n}通を超えました");
  EXPECT_EQ(TemplateOf("메일함4096MB초과"), "메일함{id}초과");
  EXPECT_EQ(TemplateOf("错误TSS04请重试"), "错误TSS04请重试");
  EXPECT_EQ(TemplateOf("２０２４年の１件"), "２０２４年の１件");
  EXPECT_EQ(MaskedOf("用户123不存在"), "用户0不存在");
}

TEST(Template, AddressOfSuchLettersIsAnAddress) {
  EXPECT_EQ(TemplateOf("用户@例え.jp"), "{address}");
  EXPECT_EQ(TemplateOf("宛先 佐藤@example.jp は"), "宛先 {address} は");
  EXPECT_EQ(TemplateOf("ann@例え.テスト"), "{address}");
}

// The first octets of such letters are letters of Latin-1, too.
TEST(Template, OctetsThatAreNotUtf8KeepTheirAtom) {
  EXPECT_EQ(TemplateOf("bo\xEEte12"), "{id}");
  EXPECT_EQ(TemplateOf("\xE3\x81"), "\xE3\x81");
  EXPECT_EQ(TemplateOf("\xE3"), "\xE3");
  EXPECT_EQ(TemplateOf("caf\xC3\xA9"
                       "12"),
            "{id}");
}

TEST(Template, RulesSeeMaskedText) {
  EXPECT_EQ(MaskedOf("<spam@example.org> virus@example.org 192.0.2.1 17"),
            "<x@x> x@x 0.0.0.0 0");
  EXPECT_EQ(MaskedOf("https://www.spamhaus.org/query/ip/192.0.2.1"),
            "https://www.spamhaus.org/query/ip/0.0.0.0");
}

TEST(Template, SameReplyWithOtherIdsHasTheSameTemplate) {
  std::mt19937_64 random(7);
  const auto hex = [&](int length) {
    std::string text = "1a";  // an id has digits and letters
    for (int i = 0; i < length; ++i) {
      text += "0123456789abcdef"[random() % 16];
    }
    return text;
  };
  const auto reply = [&] {
    return "<" + hex(5) + "@" + hex(3) + ".example.org>: refused [192.0." +
           std::to_string(random() % 256) + "." +
           std::to_string(random() % 256) + "] id=" + hex(12) + " after " +
           std::to_string(random() % 100000) + " s, see http://example.org/" +
           hex(8);
  };
  const auto first = TemplateOf(reply());
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(TemplateOf(reply()), first);
}

TEST(Template, SurvivesHostileInput) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::size_t n = random() % 200; n > 0; --n) {
      constexpr std::string_view kOctets =
          "a1.:@<>\"[]-/ Fh\xc3\xff\xe3\x81\x81";
      text += kOctets[random() % kOctets.size()];
    }
    static_cast<void>(TemplateOf(text));
  }
  EXPECT_LE(TemplateOf(std::string(1 << 20, 'x')).size(),
            TemplateMaker::kTemplateLimit);
}

}  // namespace
}  // namespace ricochet
