#include "app/classify_lines.h"

#include <fmt/format.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/question.h"
#include "classify/entities.h"
#include "publish/verdict_json.h"

namespace ricochet {
namespace {
using Json = nlohmann::ordered_json;
}  // namespace

Result<std::string> ClassifyLines::Answer(std::string_view text) {
  Json json;
  const auto question = ReadQuestion(text, json);
  if (!question) return Fail(question.error());
  SmtpResponse response;
  const Verdict verdict = rules_->Classify(question->reply(), response);
  const auto& book = rules_->book();
  json_.Clear();
  json_.BeginObject();
  json_.Text("provider", book.provider_names()[verdict.provider]);
  WriteSmtp({.code = response.reply_code,
             .enhanced_code = response.enhanced_code,
             .command = response.command,
             .text = response.text,
             .template_id = response.template_id,
             .truncated = response.truncated,
             .entities = FindEntities(response.text, verdict.reason)},
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
    Json json;  // with what the caller knows the question by
    (void)ReadQuestion(line, json);
    if (!json.is_object()) json = Json::object();
    json["error"] = error;
    out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
  out.flush();
  return wrong;
}

}  // namespace ricochet
