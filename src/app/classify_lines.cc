#include "app/classify_lines.h"

#include <fmt/format.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "classify/command_name.h"
#include "publish/utf8.h"
#include "publish/verdict_json.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

// A bounce is often not UTF-8, and is a question all the same.
std::string WithReplacements(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto piece = NextUtf8(text);
    out += piece.valid ? text.substr(0, piece.size) : kReplacement;
    text.remove_prefix(piece.size);
  }
  return out;
}

// A member that is a string; "" if it is missing or null.
Result<std::string> TextOf(const Json& question, const char* name) {
  const auto found = question.find(name);
  if (found == question.end() || found->is_null()) return std::string();
  if (!found->is_string()) {
    return Fail(ErrorCode::kUsage, fmt::format("\"{}\" is not a string", name));
  }
  return found->get<std::string>();
}

struct Question {
  std::string response;
  std::string remote_mta;
  std::string recipient_domain;
  SmtpCommand command = SmtpCommand::kUnknown;
};

Result<Question> Read(const Json& json) {
  if (!json.is_object()) return Fail(ErrorCode::kUsage, "not a JSON object");
  Question question;
  std::string command;
  for (const auto& [name, text] :
       {std::pair{"response", &question.response},
        std::pair{"remote_mta", &question.remote_mta},
        std::pair{"recipient_domain", &question.recipient_domain},
        std::pair{"command", &command}}) {
    auto read = TextOf(json, name);
    if (!read) return Fail(std::move(read.error()));
    *text = std::move(*read);
  }
  if (!json.contains("response")) {
    return Fail(ErrorCode::kUsage, "\"response\" is missing");
  }
  const auto known = ReadCommandName(command);
  if (!known) {
    return Fail(ErrorCode::kUsage,
                fmt::format("\"command\": '{}' is no SMTP command", command));
  }
  question.command = *known;
  return question;
}

}  // namespace

Result<std::string> ClassifyLines::Answer(std::string_view text) {
  auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    json = Json::parse(WithReplacements(text), nullptr, false);
  }
  if (json.is_discarded()) return Fail(ErrorCode::kUsage, "not JSON");
  const auto question = Read(json);
  if (!question) return Fail(question.error());
  SmtpResponse response;
  const Verdict verdict =
      rules_->Classify({.text = question->response,
                        .command = question->command,
                        .outcome = OutcomeOf(question->response),
                        .remote_host = question->remote_mta,
                        .recipient_domain = question->recipient_domain},
                       response);
  const auto& book = rules_->book();
  json_.Clear();
  json_.BeginObject();
  json_.Text("provider", book.provider_names()[verdict.provider]);
  WriteSmtp({.code = response.reply_code,
             .enhanced_code = response.enhanced_code,
             .command = response.command,
             .text = response.text,
             .template_id = response.template_id,
             .truncated = {}},
            json_);
  WriteVerdict(verdict, book.hash(), json_);
  json_.EndObject();
  json.update(Json::parse(json_.document()));
  return json.dump();
}

std::uint64_t ClassifyLines::AnswerAll(std::istream& in, std::ostream& out) {
  std::uint64_t wrong = 0;
  std::uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto answer = Answer(line);
    if (answer) {
      out << *answer << '\n';
      continue;
    }
    ++wrong;
    const auto error =
        fmt::format("line {}: {}", number, answer.error().message);
    out << Json{{"error", error}}.dump(-1, ' ', false,
                                       Json::error_handler_t::replace)
        << '\n';
  }
  out.flush();
  return wrong;
}

}  // namespace ricochet
