#include <fmt/format.h>

#include <string_view>

#include "app/completion_words.h"
#include "app/completions.h"

namespace ricochet {
namespace {

constexpr std::string_view kHead = R"(#compdef ricochet

_ricochet() {
  local word=$words[CURRENT] before=$words[CURRENT-1] command='' i
  local -a commands options
  for ((i = 2; i < CURRENT; i++)); do
    case "$command $words[i]" in
      )";

constexpr std::string_view kValues = R"()
        command="${command:+$command }$words[i]"
        ;;
    esac
  done
  if [[ $word == --*=* ]]; then
    before=${word%%=*}
    compset -P '*='
  fi
  case "$command:$before" in
)";

constexpr std::string_view kWords = R"(  esac
  case "$command" in
)";

constexpr std::string_view kTail = R"(  esac
  if [[ $word == -* ]]; then
    _describe option options
  elif (($#commands)); then
    _describe command commands
  fi
}

# Called by the completion system, or read as a whole.
if [[ $funcstack[1] == _ricochet ]]; then
  _ricochet "$@"
else
  compdef _ricochet ricochet
fi
)";

std::string Complete(const CommandValue& value) {
  using Kind = CommandValue::Kind;
  if (!value.choices.empty()) return "compadd -- " + Joined(value.choices);
  if (value.kind == Kind::kFile) return "_files";
  if (value.kind == Kind::kFolder) return "_files -/";
  return "";
}

// As _describe wants it. A colon in the text does no harm, only one in the
// name.
std::string Described(std::string_view array, std::string_view name,
                      std::string_view what) {
  return fmt::format("      {}+=({})\n", array,
                     ShellWord(fmt::format("{}:{}", name, what)));
}

std::string WordCase(const CommandEntry& command) {
  std::string text = fmt::format("    {})\n", ShellWord(command.path));
  for (const CommandOption& option : command.options) {
    for (const std::string& name : option.names) {
      text += Described("options", name, option.description);
    }
  }
  for (const auto& child : command.children) {
    text += Described("commands", child.name, child.description);
  }
  const std::string argument = ArgumentCompletion(command, Complete);
  if (!argument.empty()) {
    text += fmt::format("      [[ $word == -* ]] || {}\n", argument);
  }
  return text + "      ;;\n";
}

}  // namespace

std::string ZshCompletion(const CommandTable& table) {
  std::string text(kHead);
  text += Joined(Transitions(table), " | \\\n      ");
  text += kValues;
  text += ValueCases(table, Complete);
  text += kWords;
  for (const CommandEntry& command : table) text += WordCase(command);
  text += kTail;
  return text;
}

}  // namespace ricochet
