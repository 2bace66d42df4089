#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ricochet {

// What is suspicious in a rule's `text` by its looks alone, in words:
// - a code such as 550 or 5\.1\.1 that also matches within a longer number;
// - parentheses that group nothing, and so were meant to be matched;
// - two blanks in a row, since replies are seen with single ones.
// `pattern` is a valid RE2.
[[nodiscard]] std::vector<std::string> SuspectsIn(std::string_view pattern);

}  // namespace ricochet
