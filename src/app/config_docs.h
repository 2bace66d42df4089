#pragma once

#include <string>

namespace ricochet {

// The documents, made from the table of keys. The files in the repository are
// these texts; tests/app/config_test.cc compares them, and writes them anew
// when RICOCHET_UPDATE_DOCS is set.
[[nodiscard]] std::string ConfigFileText();  // config/ricochet.toml
[[nodiscard]] std::string ConfigMarkdown();  // docs/configuration.md

}  // namespace ricochet
