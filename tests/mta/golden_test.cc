#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "mta/dump.h"

// tests/data/<format>/forms.txt holds one line of each form as
// "program[pid]: text", or as a file without such a header has it;
// forms.expected.txt what is made of each. With
// RICOCHET_UPDATE_GOLDEN set, it is written anew: read the difference.
namespace ricochet {
namespace {

std::string Folder(const Format& format) {
  return std::string(RICOCHET_TEST_DATA "/") + std::string(format.name);
}

TEST(Golden, EachFormGivesWhatIsExpected) {
  const bool update = std::getenv("RICOCHET_UPDATE_GOLDEN") != nullptr;
  for (const auto& format : Formats()) {
    std::ifstream forms(Folder(format) + "/forms.txt");
    ASSERT_TRUE(forms) << "no forms of " << format.name;
    std::string got;
    for (std::string line; std::getline(forms, line);) {
      std::string_view program;
      std::string_view text;
      if (!SplitProgram(line, program, text)) text = line;
      got += Dump(ParseText(program, text)) + "\n";
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
