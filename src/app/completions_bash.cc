#include <fmt/format.h>

#include <string_view>

#include "app/completion_words.h"
#include "app/completions.h"

namespace ricochet {
namespace {

constexpr std::string_view kHead = R"(# bash completion of ricochet

# Adds files (-f) or folders (-d) that begin with a word.
_ricochet_paths() {
  compopt -o filenames 2>/dev/null
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done \
    < <(compgen "$1" -- "$2")
}

# Adds those of some words that begin with the first one.
_ricochet_words() {
  local word
  for word in "${@:2}"; do
    [[ $word != "$1"* ]] || COMPREPLY+=("$word")
  done
}

_ricochet() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local command='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
      )";

constexpr std::string_view kValues = R"()
        command="${command:+$command }${COMP_WORDS[i]}"
        ;;
    esac
  done
  # --option=value comes as three words.
  if [[ $word == = ]]; then
    word=''
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case "$command:$before" in
)";

constexpr std::string_view kWords = R"(  esac
  case "$command:$word" in
)";

constexpr std::string_view kTail = R"(  esac
}

complete -F _ricochet ricochet
)";

std::string Complete(const CommandValue& value) {
  using Kind = CommandValue::Kind;
  if (!value.choices.empty()) {
    return "_ricochet_words \"$word\" " + Joined(value.choices);
  }
  if (value.kind == Kind::kFile) return "_ricochet_paths -f \"$word\"";
  if (value.kind == Kind::kFolder) return "_ricochet_paths -d \"$word\"";
  return "";
}

std::string WordCases(const CommandEntry& command) {
  std::string options;
  for (const CommandOption& option : command.options) {
    options += " " + Joined(option.names);
  }
  const std::string path = ShellWord(command.path);
  std::string text =
      fmt::format("    {}:-*) _ricochet_words \"$word\"{} ;;\n", path, options);
  std::string names;
  for (const auto& child : command.children) names += " " + child.name;
  const std::string argument = ArgumentCompletion(command, Complete);
  if (!names.empty()) {
    text +=
        fmt::format("    {}:*) _ricochet_words \"$word\"{} ;;\n", path, names);
  } else if (!argument.empty()) {
    text += fmt::format("    {}:*) {} ;;\n", path, argument);
  }
  return text;
}

}  // namespace

std::string BashCompletion(const CommandTable& table) {
  std::string text(kHead);
  text += Joined(Transitions(table), " | \\\n      ");
  text += kValues;
  text += ValueCases(table, Complete);
  text += kWords;
  for (const CommandEntry& command : table) text += WordCases(command);
  text += kTail;
  return text;
}

}  // namespace ricochet
