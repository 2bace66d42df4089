#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ricochet {

// What may follow an option, or stand for an argument.
struct CommandValue {
  enum class Kind { kNone, kText, kFile, kFolder };

  Kind kind = Kind::kNone;           // kNone: the option takes no value
  std::string name;                  // as help shows it: "FILE", "text|json"
  std::vector<std::string> choices;  // empty: any
};

struct CommandOption {
  std::vector<std::string> names;  // with their dashes, short ones first; an
                                   // argument has one, without
  CommandValue value;
  std::string description;
  bool required = false;
  bool repeated = false;  // takes any number of values
};

// A command, or a command of a command: "suppressions add".
struct CommandEntry {
  std::string path;  // words joined by a space; empty: the program itself
  std::string description;
  std::string footer;
  std::vector<CommandOption> options;
  std::vector<CommandOption> arguments;  // by position

  struct Child {
    std::string name;
    std::string description;
  };
  std::vector<Child> children;  // the commands below it
};

// The program first, each command before those below it.
using CommandTable = std::vector<CommandEntry>;

// What the command line understands. It is CLI11's own table, so completions
// and manual cannot differ from what is parsed. What help hides is left out.
[[nodiscard]] CommandTable CommandTableOf(const CLI::App& app);

}  // namespace ricochet
