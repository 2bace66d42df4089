#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace ricochet {

struct ReportRun {
  std::string output;
  int status = -1;  // exit status
};

// Runs `ricochet report` with `arguments`, as a shell reads them, without a
// terminal and without input.
inline ReportRun RunReport(const std::string& arguments) {
  ReportRun run;
  const std::string command =
      "'" RICOCHET_PROGRAM "' report " + arguments + " 2>/dev/null </dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return run;
  std::array<char, 4096> buffer;
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    run.output.append(buffer.data(), size);
  }
  const int status = ::pclose(pipe);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

}  // namespace ricochet
