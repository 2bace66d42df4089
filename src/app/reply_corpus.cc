#include "app/reply_corpus.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

namespace ricochet {
namespace {

Result<Question> QuestionOf(const std::string& line) {
  if (line.find_first_not_of(" \t") == line.find('{')) {
    nlohmann::ordered_json json;
    return ReadQuestion(line, json);
  }
  Question question;
  question.response = line;
  return question;
}

Result<std::uint64_t> ReadAll(
    std::istream& in, std::string_view name,
    const std::function<void(const Question&)>& each) {
  std::uint64_t count = 0;
  std::uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    const auto question = QuestionOf(line);
    if (!question) {
      return Fail(ErrorCode::kUsage, fmt::format("{}:{}: {}", name, number,
                                                 question.error().message));
    }
    each(*question);
    ++count;
  }
  if (in.bad()) {
    return Fail(ErrorCode::kIo, fmt::format("{}: cannot be read", name));
  }
  return count;
}

}  // namespace

Result<std::uint64_t> ForEachReply(
    const std::string& path, const std::function<void(const Question&)>& each) {
  if (path == "-") return ReadAll(std::cin, "standard input", each);
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Fail(ErrorCode::kIo, fmt::format("{}: cannot be opened", path));
  }
  return ReadAll(in, path, each);
}

}  // namespace ricochet
