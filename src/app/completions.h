#pragma once

#include <string>

#include "app/command_table.h"

namespace ricochet {

// Scripts that complete the program's command line, each for one shell: names
// of commands and options, values where there is a choice, files and folders
// where one is meant.
[[nodiscard]] std::string BashCompletion(const CommandTable& table);
[[nodiscard]] std::string ZshCompletion(const CommandTable& table);
[[nodiscard]] std::string FishCompletion(const CommandTable& table);

}  // namespace ricochet
