#include <fmt/format.h>

#include <string_view>

#include "app/completion_words.h"
#include "app/completions.h"

namespace ricochet {
namespace {

constexpr std::string_view kHead = R"(# fish completion of ricochet

# Whether the words so far lead to just this command.
function __ricochet_at
    set -l command ''
    for word in (commandline -opc)[2..-1]
        switch "$command $word"
            case )";

constexpr std::string_view kTail = R"(
                set command (string trim -- "$command $word")
        end
    end
    test "$command" = "$argv[1]"
end

complete -c ricochet -f
)";

// What follows an option; for an argument, what completes it.
std::string Complete(const CommandValue& value) {
  using Kind = CommandValue::Kind;
  if (!value.choices.empty()) {
    return " -x -a " + FishWord(Joined(value.choices));
  }
  switch (value.kind) {
    case Kind::kNone:
      return "";
    case Kind::kText:
      return " -x";
    case Kind::kFile:
      return " -r -F";
    case Kind::kFolder:
      return " -x -a '(__fish_complete_directories)'";
  }
  return "";
}

std::string CompleteArgument(const CommandValue& value) {
  using Kind = CommandValue::Kind;
  if (value.kind == Kind::kFile) return " -F";  // -r is for options
  if (value.kind == Kind::kText && value.choices.empty()) return "";
  return Complete(value);
}

std::string Lines(const CommandEntry& command) {
  const std::string start =
      fmt::format("complete -c ricochet -n {}",
                  FishWord("__ricochet_at \"" + command.path + "\""));
  std::string text;
  for (const auto& child : command.children) {
    text += fmt::format("{} -a {} -d {}\n", start, child.name,
                        FishWord(child.description));
  }
  for (const CommandOption& option : command.options) {
    text += start;
    for (const std::string& name : option.names) {
      text += name.starts_with("--") ? " -l " + name.substr(2)
                                     : " -s " + name.substr(1);
    }
    text += fmt::format("{} -d {}\n", Complete(option.value),
                        FishWord(option.description));
  }
  const std::string argument = ArgumentCompletion(command, CompleteArgument);
  if (!argument.empty()) text += start + argument + "\n";
  return text;
}

}  // namespace

std::string FishCompletion(const CommandTable& table) {
  std::string text(kHead);
  text += Joined(Transitions(table));
  text += kTail;
  for (const CommandEntry& command : table) text += Lines(command);
  return text;
}

}  // namespace ricochet
