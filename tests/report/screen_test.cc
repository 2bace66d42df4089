#include "report/screen.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "report/terminal.h"

namespace ricochet {
namespace {

// Sets an environment variable, or removes it, while it lives.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    Set(value);
  }
  ~Environment() { Set(old_ ? old_->c_str() : nullptr); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  void Set(const char* value) const {
    if (value == nullptr) {
      ::unsetenv(name_);
    } else {
      ::setenv(name_, value, 1);
    }
  }

  const char* name_;
  std::optional<std::string> old_;
};

class ScreenOfTerminal : public testing::Test {
 private:
  Environment term_{"TERM", "xterm"};
  Environment no_color_{"NO_COLOR", nullptr};
};

TEST_F(ScreenOfTerminal, HasColoursAndItsWidth) {
  const Terminal terminal(120);
  const Screen screen = ScreenOf(terminal.fd());
  EXPECT_TRUE(screen.color);
  EXPECT_EQ(screen.columns, 120U);
}

TEST_F(ScreenOfTerminal, IsNeverTooNarrowNorTooWide) {
  EXPECT_EQ(ScreenOf(Terminal(20).fd()).columns, 60U);
  EXPECT_EQ(ScreenOf(Terminal(400).fd()).columns, 140U);
  EXPECT_EQ(ScreenOf(Terminal(0).fd()).columns, 100U);
}

TEST_F(ScreenOfTerminal, IsPlainWhenTheUserSaysSo) {
  const Terminal terminal(80);
  EXPECT_FALSE(ScreenOf(terminal.fd(), ColorMode::kNever).color);
  const Environment no_color("NO_COLOR", "1");
  EXPECT_FALSE(ScreenOf(terminal.fd()).color);
  EXPECT_TRUE(ScreenOf(terminal.fd(), ColorMode::kAlways).color);
}

TEST_F(ScreenOfTerminal, EmptyNoColorSaysNothing) {
  const Environment no_color("NO_COLOR", "");
  EXPECT_TRUE(ScreenOf(Terminal(80).fd()).color);
}

TEST_F(ScreenOfTerminal, IsPlainWhenItCanDoNoMore) {
  const Environment term("TERM", "dumb");
  EXPECT_FALSE(ScreenOf(Terminal(80).fd()).color);
}

TEST_F(ScreenOfTerminal, PipeIsPlainUnlessForced) {
  const Pipe pipe;
  EXPECT_FALSE(ScreenOf(pipe.fd()).color);
  EXPECT_TRUE(ScreenOf(pipe.fd(), ColorMode::kAlways).color);
  EXPECT_EQ(ScreenOf(pipe.fd()).columns, 100U);
}

constexpr Screen kColoured{.color = true, .columns = 80};
constexpr Screen kPlain{.color = false, .columns = 80};

TEST(Painted, OnlyWhereThereAreColours) {
  EXPECT_EQ(Painted(kColoured, Tone::kRed, "bad"), "\x1b[1;31mbad\x1b[0m");
  EXPECT_EQ(Painted(kPlain, Tone::kRed, "bad"), "bad");
  EXPECT_EQ(Painted(kColoured, Tone::kPlain, "bad"), "bad");
  EXPECT_EQ(Painted(kColoured, Tone::kRed, ""), "");
}

TEST(Bar, IsAsLongAsTheShare) {
  EXPECT_EQ(Bar(kColoured, 1, 2, 4), "▇▇");
  EXPECT_EQ(Bar(kColoured, 2, 2, 4), "▇▇▇▇");
  EXPECT_EQ(Bar(kColoured, 9, 2, 4), "▇▇▇▇");
}

TEST(Bar, LittleIsASliver) { EXPECT_EQ(Bar(kColoured, 1, 1000, 4), "▏"); }

TEST(Bar, NothingAndPlainScreensHaveNone) {
  EXPECT_EQ(Bar(kColoured, 0, 5, 4), "");
  EXPECT_EQ(Bar(kColoured, 0, 0, 4), "");
  EXPECT_EQ(Bar(kPlain, 1, 2, 4), "");
}

}  // namespace
}  // namespace ricochet
