#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_table.h"

namespace ricochet {

// `text` as one word of bash or zsh, on one line; and of fish, which reads
// backslashes within quotes.
[[nodiscard]] std::string ShellWord(std::string_view text);
[[nodiscard]] std::string FishWord(std::string_view text);

[[nodiscard]] std::string Joined(const std::vector<std::string>& words,
                                 std::string_view between = " ");

// What completes the command's arguments: the first that `complete` has
// something for. No command has arguments of two kinds.
[[nodiscard]] std::string ArgumentCompletion(
    const CommandEntry& command,
    const std::function<std::string(const CommandValue&)>& complete);

// Texts "<command> <next word>", quoted, that lead on to another command.
[[nodiscard]] std::vector<std::string> Transitions(const CommandTable& table);

// The lines of a `case` over "<command>:<word before>", for bash and zsh alike:
// what completes the value of each option that takes one.
[[nodiscard]] std::string ValueCases(
    const CommandTable& table,
    const std::function<std::string(const CommandValue&)>& complete);

}  // namespace ricochet
