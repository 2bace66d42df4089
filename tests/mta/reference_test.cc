#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mta/dump.h"
#include "mta/scan.h"

// Whole logs of real systems, outside the repository. The tests exist when
// RICOCHET_REFERENCE_DATA names the folder.
namespace ricochet {
namespace {

namespace fs = std::filesystem;

class LambdaTest : public testing::Test {
 public:
  explicit LambdaTest(std::function<void()> body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  std::function<void()> body_;
};

void ForEachLine(const fs::path& log,
                 const std::function<void(std::string_view, std::string_view,
                                          const std::string&)>& visit) {
  std::ifstream file(log);
  ASSERT_TRUE(file) << log;
  for (std::string line; std::getline(file, line);) {
    const std::string_view view = line;
    const auto at = view.find(" postfix/");
    ASSERT_NE(at, std::string_view::npos) << line;
    std::string_view program;
    std::string_view text;
    ASSERT_TRUE(SplitProgram(view.substr(at + 1), program, text)) << line;
    visit(program, text, line);
  }
}

std::string Between(std::string_view text, std::string_view before,
                    std::string_view ends) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return std::string(text.substr(0, text.find_first_of(ends)));
}

std::string StatusOf(std::string_view text) {
  return Between(text, ", dsn=", ",") + " " + Between(text, ", status=", " ");
}

std::string StatusOf(const MtaEvent& event) {
  const auto& dsn = event.dsn;
  constexpr std::string_view kWords[] = {"sent", "deferred", "bounced"};
  return std::to_string(dsn.cls) + "." + std::to_string(dsn.subject) + "." +
         std::to_string(dsn.detail) + " " +
         std::string(kWords[static_cast<std::size_t>(event.outcome)]);
}

// Every delivery line gives one event with what a plain search finds in it,
// every expiry and queue line its own; nothing is rejected.
void CheckLog(const fs::path& log) {
  std::map<std::string, int> counted;
  std::map<std::string, int> parsed_as;
  ForEachLine(log, [&](std::string_view program, std::string_view text,
                       const std::string& line) {
    const auto parsed = ParseText(program, text);
    const auto& event = parsed.event;
    EXPECT_NE(parsed.result.what, ParseResult::What::kRejected) << line;
    const bool delivery = text.find(": to=<") != std::string_view::npos &&
                          text.find(", status=") != std::string_view::npos;
    if (delivery) ++counted[StatusOf(text)];
    EXPECT_EQ(delivery, parsed.result.cause == Cause::kAttempt) << line;
    if (delivery && parsed.is_event()) {
      ++parsed_as[StatusOf(event)];
      EXPECT_EQ(event.recipient, Between(text, ": to=<", ">")) << line;
      EXPECT_EQ(event.original_recipient, Between(text, ", orig_to=<", ">"));
      EXPECT_EQ(event.queue_id, text.substr(0, text.find(':'))) << line;
      EXPECT_FALSE(event.reply.empty()) << line;
      EXPECT_FALSE(event.truncated) << line;
      EXPECT_GE(event.delay_s, 0) << line;
      if (text.ends_with(" command))")) {
        EXPECT_GT(event.command, SmtpCommand::kStartTls) << line;
      }
    }
    EXPECT_EQ(text.find("(queue active)") != std::string_view::npos,
              parsed.result.cause == Cause::kQueued)
        << line;
    EXPECT_EQ(text.find("status=expired") != std::string_view::npos,
              parsed.result.cause == Cause::kExpiry)
        << line;
    EXPECT_EQ(text.ends_with(": removed"),
              parsed.result.cause == Cause::kRemoved)
        << line;
  });
  EXPECT_FALSE(counted.empty());
  EXPECT_EQ(parsed_as, counted);
}

// The program that a grok pattern such as ^%{POSTFIX_TRIVIAL_REWRITE}$ is for.
std::string ProgramOf(const std::string& pattern) {
  auto name = Between(pattern, "POSTFIX_", "}");
  if (name == "COMMAND_COUNTER_DATA" || name == "TLS_FEATURES") name = "smtpd";
  for (auto& c : name) {
    c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  }
  return "postfix/" + name;
}

// The truth's names for what an event carries.
std::map<std::string, std::string> FieldsOf(const Parsed& parsed) {
  if (!parsed.is_event()) return {};
  const auto& event = parsed.event;
  std::map<std::string, std::string> fields{
      {"postfix_queueid", std::string(event.queue_id)}};
  if (event.has_sender) fields["postfix_from"] = event.sender;
  if (event.kind == MtaEvent::Kind::kMessageId) {
    fields["postfix_message-id"] = event.message_id;
  } else if (event.kind == MtaEvent::Kind::kNotification) {
    fields["postfix_bounce_queueid"] = event.other_id;
  } else if (event.kind == MtaEvent::Kind::kExpired) {
    fields["postfix_status"] = "expired";
  } else if (event.kind == MtaEvent::Kind::kAttempt) {
    fields["postfix_status"] = Between(StatusOf(event), " ", "");
    for (const auto* key : {"postfix_smtp_response", "postfix_local_response",
                            "postfix_pipe_response"}) {
      fields[key] = event.reply;
    }
    const auto at = event.command;
    if (at != SmtpCommand::kUnknown) {
      fields["postfix_smtp_stage"] =
          kSmtpCommandNames[static_cast<std::size_t>(at)];
    }
  }
  return fields;
}

void CheckBodies(const fs::path& truth) {
  std::ifstream file(truth);
  ASSERT_TRUE(file) << truth;
  int compared = 0;
  for (std::string row; std::getline(file, row);) {
    const auto json = nlohmann::json::parse(row);
    const auto program = ProgramOf(json["pattern"]);
    const auto text = json["data"].get<std::string>();
    const auto parsed = ParseText(program, text);
    EXPECT_NE(parsed.result.what, ParseResult::What::kRejected) << row;
    EXPECT_EQ(parsed.result.mta, Mta::kPostfix) << row;
    const auto fields = FieldsOf(parsed);
    for (const auto& [key, value] : json["results"].items()) {
      const auto field = fields.find(key);
      if (field == fields.end()) continue;
      // The truth leaves "host x said:" and the like in the reply.
      const auto want = value.get<std::string>();
      const bool holds = key.ends_with("_response")
                             ? Contains(want, field->second)
                             : want == field->second;
      EXPECT_TRUE(holds) << key << ' ' << field->second << ' ' << row;
      ++compared;
    }
  }
  EXPECT_GT(compared, 20);
}

// The record of KumoMTA's documentation.
void CheckKumoMta(const fs::path& log) {
  std::ifstream file(log);
  ASSERT_TRUE(file) << log;
  int records = 0;
  for (std::string line; std::getline(file, line); ++records) {
    const auto json = nlohmann::json::parse(line);
    const auto parsed = ParseText("", line);
    ASSERT_TRUE(parsed.is_event()) << line;
    const auto& event = parsed.event;
    EXPECT_EQ(event.outcome, Outcome::kDelivered);
    EXPECT_EQ(event.queue_id, json["id"].get<std::string>());
    EXPECT_EQ(event.sender, json["sender"].get<std::string>());
    EXPECT_EQ(event.recipient, json["recipient"].get<std::string>());
    EXPECT_EQ(event.relay_ip, json["peer_address"]["addr"].get<std::string>());
    EXPECT_EQ(event.size, json["size"].get<int>());
    EXPECT_EQ(event.egress, json["egress_source"].get<std::string>());
    EXPECT_EQ(event.time_text, json["event_time"].get<std::string>());
  }
  EXPECT_GT(records, 0);
}

void Register(const char* name, std::function<void()> body) {
  testing::RegisterTest(
      "MtaReference", name, nullptr, nullptr, __FILE__, __LINE__,
      [body]() -> testing::Test* { return new LambdaTest(body); });
}

const bool kRegistered = [] {
  const auto* data = std::getenv("RICOCHET_REFERENCE_DATA");
  if (data == nullptr) return false;
  const auto logs = fs::path(data) / "logs";
  for (const auto* log : {"lab-postfix-short-ids", "lab-postfix-long-ids",
                          "lab-postfix-rfc3339", "site-postfix-2013"}) {
    Register(log, [=] { CheckLog(logs / (std::string(log) + ".log")); });
  }
  Register("postfix-bodies",
           [=] { CheckBodies(logs / "postfix-bodies.truth.jsonl"); });
  Register("kumomta", [=] { CheckKumoMta(logs / "kumomta.json"); });
  return true;
}();

}  // namespace
}  // namespace ricochet
