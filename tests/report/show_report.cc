// Prints the sample report, to judge how it looks:
//   show_report [columns] [json]
// Coloured when columns are given.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "report/document.h"
#include "report/render.h"
#include "sample_report.h"

int main(int argc, char** argv) {
  const ricochet::Summary summary = ricochet::SampleSummary();
  ricochet::Screen screen = ricochet::ScreenOf(STDOUT_FILENO);
  if (argc > 1) {
    screen = {.color = true,
              .columns = static_cast<std::size_t>(std::atoi(argv[1]))};
  }
  const bool json = argc > 2 && std::string_view(argv[2]) == "json";
  const std::string text = json ? ricochet::RenderJson(summary)
                                : ricochet::RenderText(summary, screen);
  std::fwrite(text.data(), 1, text.size(), stdout);
}
