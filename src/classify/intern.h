#pragma once

#include <string_view>

namespace ricochet {

// The one copy of `text` that lives as long as the process, so that a verdict
// may name its rule after the rule book was reloaded. For load time: takes a
// lock. What is interned is never freed; rule ids are few.
[[nodiscard]] std::string_view Intern(std::string_view text);

}  // namespace ricochet
