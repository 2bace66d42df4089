#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "mta/dump.h"

// tests/data/<format>/forms.txt holds one line of each form as
// "program[pid]: text", or, where a format has no such header, as it is;
// forms.expected.txt what is made of each. Lines that begin with "// " are in
// both. With RICOCHET_UPDATE_GOLDEN set, it is written anew: read the
// difference.
namespace ricochet {
namespace {

std::string Folder(const Format& format) {
  return std::string(RICOCHET_TEST_DATA "/") + std::string(format.name);
}

TEST(Golden, EachFormGivesWhatIsExpected) {
  ParserMemory memory;
  const bool update = std::getenv("RICOCHET_UPDATE_GOLDEN") != nullptr;
  for (const auto& format : Formats()) {
    std::ifstream forms(Folder(format) + "/forms.txt");
    ASSERT_TRUE(forms) << "no forms of " << format.name;
    std::string got;
    for (std::string line; std::getline(forms, line);) {
      if (line.starts_with("// ")) {
        got += line + "\n";
        continue;
      }
      std::string_view program;
      std::string_view text;
      if (!SplitProgram(line, program, text) ||
          program.find_first_of(" ,{") != std::string_view::npos) {
        program = {};
        text = line;
      }
      got += DumpAll(ParseText(program, text));
    }
    const auto expected = Folder(format) + "/forms.expected.txt";
    if (update) std::ofstream(expected) << got;
    std::ifstream file(expected);
    const std::string want{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(got, want);
  }
}

}  // namespace
}  // namespace ricochet
