#include "app/completion_words.h"

#include <fmt/format.h>

namespace ricochet {

std::string ShellWord(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c == '\n' ? ' ' : c;
    }
  }
  return word + "'";
}

std::string FishWord(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') word += '\\';
    word += c == '\n' ? ' ' : c;
  }
  return word + "'";
}

std::string Joined(const std::vector<std::string>& words,
                   std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::string ArgumentCompletion(
    const CommandEntry& command,
    const std::function<std::string(const CommandValue&)>& complete) {
  for (const CommandOption& argument : command.arguments) {
    std::string text = complete(argument.value);
    if (!text.empty()) return text;
  }
  return "";
}

std::vector<std::string> Transitions(const CommandTable& table) {
  std::vector<std::string> texts;
  for (const CommandEntry& command : table) {
    for (const auto& child : command.children) {
      texts.push_back(ShellWord(command.path + " " + child.name));
    }
  }
  return texts;
}

std::string ValueCases(
    const CommandTable& table,
    const std::function<std::string(const CommandValue&)>& complete) {
  std::string text;
  for (const CommandEntry& command : table) {
    for (const CommandOption& option : command.options) {
      if (option.value.kind == CommandValue::Kind::kNone) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names) {
        patterns.push_back(ShellWord(command.path + ":" + name));
      }
      const std::string value = complete(option.value);
      text += fmt::format("    {}) {}{}return ;;\n", Joined(patterns, " | "),
                          value, value.empty() ? "" : "; ");
    }
  }
  return text;
}

}  // namespace ricochet
