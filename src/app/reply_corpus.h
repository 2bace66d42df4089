#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "app/question.h"
#include "ricochet/result.h"

namespace ricochet {

// Reads replies from a file, "-" being standard input: each line a question as
// of `ricochet classify`, or the bare text of a reply. Blank lines are left
// out; an error names file and line.
[[nodiscard]] Result<std::uint64_t> ForEachReply(
    const std::string& path, const std::function<void(const Question&)>& each);

}  // namespace ricochet
