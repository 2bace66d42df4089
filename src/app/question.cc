#include "app/question.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "classify/command_name.h"
#include "mta/postfix_reply.h"
#include "publish/utf8.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

// Printing takes the stack a level at a time.
constexpr int kDeepest = 64;

// Discarded when it is no JSON, or has a number beyond the range of a double;
// `deep` is set when it is too deep.
Json Parsed(std::string_view text, bool& deep) {
  const auto keep = [&deep](int depth, Json::parse_event_t, const Json&) {
    deep = deep || depth > kDeepest;
    return !deep;
  };
  return Json::parse(text, keep, false);
}

// Is that why `text`, which is not too deep, was discarded?
bool HasHugeNumber(std::string_view text) {
  try {
    return Json::parse(text).is_discarded();
  } catch (const Json::out_of_range&) {
    return true;
  } catch (const Json::exception&) {
    return false;
  }
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

// "mx.example.org[192.0.2.7]:25" and "mx.example.org:25": logs write the host
// with what follows it.
std::string HostIn(std::string_view remote_mta) {
  const auto host = SplitPostfixEndpoint(remote_mta).host;
  const auto colon = host.find(':');
  const bool port =
      colon != std::string_view::npos &&
      host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return std::string(port ? host.substr(0, colon) : host);
}

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
  question.remote_mta = HostIn(question.remote_mta);
  return question;
}

}  // namespace

std::string WellFormed(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto piece = NextUtf8(text);
    out += piece.valid ? text.substr(0, piece.size) : kReplacement;
    text.remove_prefix(piece.size);
  }
  return out;
}

Result<Question> ReadQuestion(std::string_view text, Json& json) {
  bool deep = false;
  json = Parsed(text, deep);
  // A bounce is often not UTF-8, and is a question all the same.
  if (json.is_discarded() && !deep) json = Parsed(WellFormed(text), deep);
  if (deep) {
    return Fail(ErrorCode::kUsage,
                fmt::format("nested more than {} deep", kDeepest));
  }
  if (json.is_discarded() && HasHugeNumber(WellFormed(text))) {
    return Fail(ErrorCode::kUsage,
                "a number is too large: send it as a string");
  }
  if (json.is_discarded()) return Fail(ErrorCode::kUsage, "not JSON");
  return Read(json);
}

}  // namespace ricochet
