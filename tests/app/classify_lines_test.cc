#include "app/classify_lines.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "classify/command_name.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

ClassifyLines Fresh() {
  return ClassifyLines(*Ruleset::Compile(*RuleBook::BuiltIn()));
}

Json Answer(std::string_view question) {
  auto lines = Fresh();
  const auto answer = lines.Answer(question);
  return answer ? Json::parse(*answer) : Json(answer.error().message);
}

TEST(ClassifyLines, AnswersWithProviderReplyAndVerdict) {
  const auto answer = Answer(
      R"({"response":"552-5.2.2 The email account is over quota 552 5.2.2 x",)"
      R"("command":"RCPT","remote_mta":"aspmx.l.google.com",)"
      R"("recipient_domain":"example.org"})");
  EXPECT_EQ(answer["provider"], "google");
  EXPECT_EQ(answer["smtp"]["reply_code"], 552);
  EXPECT_EQ(answer["smtp"]["enhanced_code"], "5.2.2");
  EXPECT_EQ(answer["smtp"]["command"], "RCPT TO");
  EXPECT_EQ(answer["verdict"]["reason"], "mailbox_full");
  EXPECT_EQ(answer["verdict"]["ruleset"], (*RuleBook::BuiltIn())->hash());
}

TEST(ClassifyLines, CopiesWhatElseTheQuestionHasInItsOrder) {
  const auto answer =
      Answer(R"({"id":7,"response":"550 no","tags":["a",null],"smtp":"old"})");
  EXPECT_EQ(answer["id"], 7);
  EXPECT_EQ(answer["tags"].dump(), R"(["a",null])");
  EXPECT_EQ(answer.begin().key(), "id");
  EXPECT_TRUE(answer["smtp"].is_object());
}

TEST(ClassifyLines, A2xxReplyIsADelivery) {
  const auto answer = Answer(R"({"response":"250 2.0.0 Ok: queued as 4F1C"})");
  EXPECT_EQ(answer["verdict"]["reason"], "delivered");
  EXPECT_EQ(answer["verdict"]["kind"], "delivered");
}

TEST(ClassifyLines, AnswersWithWhatAFailureNames) {
  const auto blocked =
      Answer(R"({"response":"550 5.7.1 client [192.0.2.7] blocked using )"
             R"(zen.spamhaus.org"})");
  EXPECT_EQ(blocked["smtp"]["entities"].dump(),
            R"({"dnsbl":"zen.spamhaus.org","listed_ip":"192.0.2.7"})");
  const auto accepted =
      Answer(R"({"response":"250 Ok, see https://example.org/"})");
  EXPECT_FALSE(accepted["smtp"].contains("entities"));
}

TEST(ClassifyLines, NullAndEmptyMeanUnknown) {
  const auto answer =
      Answer(R"({"response":"550 5.1.1 no such user","command":null,)"
             R"("remote_mta":"","recipient_domain":null})");
  EXPECT_EQ(answer["verdict"]["reason"], "user_unknown");
  EXPECT_FALSE(answer["smtp"].contains("command"));
}

TEST(ClassifyLines, SaysWhatIsWrongWithAQuestion) {
  EXPECT_EQ(Answer("no"), "not JSON");
  EXPECT_EQ(Answer("{"), "not JSON");
  EXPECT_EQ(Answer("[]"), "not a JSON object");
  EXPECT_EQ(Answer("{}"), "\"response\" is missing");
  EXPECT_EQ(Answer(R"({"response":5})"), "\"response\" is not a string");
  EXPECT_EQ(Answer(R"({"response":"550 no","command":"SEND"})"),
            "\"command\": 'SEND' is no SMTP command");
}

TEST(ClassifyLines, SaysThatANumberIsTooLarge) {
  EXPECT_EQ(Answer(R"({"response":"550 no","id":1e400})"),
            "a number is too large: send it as a string");
  EXPECT_EQ(Answer(R"({"response":"550 no","id":1e300})")["id"], 1e300);
  EXPECT_EQ(Answer(R"({"response":"550 no","id":1e400)"),
            "a number is too large: send it as a string");
}

TEST(ClassifyLines, RemoteMtaMayBeWrittenAsLogsDo) {
  for (const auto* remote :
       {"aspmx.l.google.com", "aspmx.l.google.com[192.0.2.7]:25",
        "aspmx.l.google.com[2001:db8::7]", "aspmx.l.google.com:25"}) {
    const auto answer =
        Answer(Json{{"response", "550 no"}, {"remote_mta", remote}}.dump());
    EXPECT_EQ(answer["provider"], "google") << remote;
    EXPECT_EQ(answer["remote_mta"], remote);
  }
  for (const auto* remote :
       {"2001:db8::7", "[192.0.2.7]:25", "[", ":25", "]"}) {
    const auto answer =
        Answer(Json{{"response", "550 no"}, {"remote_mta", remote}}.dump());
    EXPECT_EQ(answer["provider"], "other") << remote;
  }
}

TEST(ClassifyLines, SaysWhetherTheReplyWasCut) {
  EXPECT_EQ(
      Answer(R"({"response":"550 5.1.1 no such user"})")["smtp"]["truncated"],
      false);
}

TEST(ClassifyLines, AnErrorKeepsTheMembersOfTheQuestion) {
  auto lines = Fresh();
  std::istringstream in(R"({"id":7,"response":5})"
                        "\n");
  std::ostringstream out;
  EXPECT_EQ(lines.AnswerAll(in, out), 1u);
  EXPECT_EQ(out.str(),
            R"({"id":7,"response":5,"error":"line 1: \"response\" is not a )"
            R"(string"})"
            "\n");
}

TEST(ClassifyLines, AQuestionNestedTooDeepIsRefused) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(Answer("{\"response\":\"550 no\",\"x\":" + deep),
            "nested more than 64 deep");
}

TEST(ClassifyLines, TextThatIsNotUtf8IsAQuestionAllTheSame) {
  const auto answer = Answer("{\"response\":\"550 5.1.1 bo\xeete inconnue\"}");
  EXPECT_EQ(answer["response"], "550 5.1.1 bo\xEF\xBF\xBDte inconnue");
  EXPECT_EQ(answer["verdict"]["reason"], "user_unknown");
}

TEST(ClassifyLines, AnswersKeepTheirPlacesWhateverTheLines) {
  auto lines = Fresh();
  std::istringstream in(
      "{\"response\":\"550 5.1.1 no such user\"}\r\n\n\xff\n"
      "{\"response\":\"450 4.2.2 mailbox full\"}");
  std::ostringstream out;
  EXPECT_EQ(lines.AnswerAll(in, out), 1u);
  std::istringstream answers(out.str());
  std::vector<Json> seen;
  for (std::string line; std::getline(answers, line);) {
    seen.push_back(Json::parse(line));
  }
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0]["verdict"]["reason"], "user_unknown");
  EXPECT_EQ(seen[1]["error"], "line 3: not JSON");
  EXPECT_EQ(seen[2]["verdict"]["reason"], "mailbox_full");
}

TEST(CommandName, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(ReadCommandName(""), SmtpCommand::kUnknown);
  EXPECT_EQ(ReadCommandName("rcpt"), SmtpCommand::kRcptTo);
  EXPECT_EQ(ReadCommandName("RCPT TO"), SmtpCommand::kRcptTo);
  EXPECT_EQ(ReadCommandName("Mail From"), SmtpCommand::kMailFrom);
  EXPECT_EQ(ReadCommandName("."), SmtpCommand::kEndOfData);
  EXPECT_EQ(ReadCommandName("HELO"), SmtpCommand::kEhlo);
  EXPECT_EQ(ReadCommandName("CONN"), SmtpCommand::kConnect);
  EXPECT_FALSE(ReadCommandName("RCPT TO:<a@b>").has_value());
}

}  // namespace
}  // namespace ricochet
