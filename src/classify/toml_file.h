#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "ricochet/result.h"

#include "classify/built_in.h"
#include "classify/toml_table.h"

namespace ricochet {

// Parses the file called `name` and gives it to `read`. What is wrong with it,
// its absence included, is added to `errors`.
void ReadTomlFile(
    std::span<const EmbeddedFile> files, std::string_view name,
    std::vector<Error>& errors,
    const std::function<void(const toml::table&, Complaint&)>& read);

}  // namespace ricochet
