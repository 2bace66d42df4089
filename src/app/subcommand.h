#pragma once

#include <functional>
#include <string>

#include "ricochet/result.h"

namespace CLI {
class App;
}

namespace ricochet {

// Adds `name` to `parent`, with the option -c, which goes to `config`. When it
// was chosen, `run` is called within parse(), an error is told on standard
// error, and its exit code is left in `status`. `name` is a literal; `config`
// must live as long as `run`, `status` until parse() has returned.
CLI::App* AddSubcommand(CLI::App& parent, const char* name, const char* what,
                        std::string& config, std::function<Result<void>()> run,
                        int& status);

}  // namespace ricochet
