#include "ricochet/bytes.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace ricochet {
namespace {

// Every length up to three times sixteen, so that each way to the end of a
// text is gone.
constexpr std::size_t kLongest = 48;

TEST(Bytes, FindsTheFirstOfAnOctetWhereverItIs) {
  for (std::size_t size = 0; size <= kLongest; ++size) {
    const std::string none(size, 'a');
    EXPECT_EQ(FindNear(none, ':'), size);
    for (std::size_t at = 0; at < size; ++at) {
      std::string text = none;
      text[at] = ':';
      text.back() = ':';
      EXPECT_EQ(FindNear(text, ':'), at) << size;
    }
  }
}

TEST(Bytes, FindsTheFirstOfTwoOctets) {
  for (std::size_t size = 2; size <= kLongest; ++size) {
    for (std::size_t at = 0; at + 1 < size; ++at) {
      std::string text(size, 'a');
      text[at] = ':';
      text.back() = '=';
      EXPECT_EQ(FindNear(text, '=', ':'), at) << size;
      text[at] = 'a';
      EXPECT_EQ(FindNear(text, '=', ':'), size - 1) << size;
    }
  }
}

TEST(Bytes, LooksAtNothingBehindTheText) {
  const std::string octets = std::string(kLongest, 'a') + ":::::::::::::::::";
  for (std::size_t size = 0; size <= kLongest; ++size) {
    EXPECT_EQ(FindNear(std::string_view(octets).substr(0, size), ':'), size);
  }
}

TEST(Bytes, TellsWhereTextsDiffer) {
  for (std::size_t size = 8; size <= kLongest; ++size) {
    const std::string a(size, 'a');
    EXPECT_TRUE(SameOctets(a.data(), std::string(a).data(), size));
    for (std::size_t at = 0; at < size; ++at) {
      std::string b = a;
      b[at] = 'b';
      EXPECT_FALSE(SameOctets(a.data(), b.data(), size)) << size << " " << at;
    }
  }
}

TEST(Bytes, CopiesTextsOfAnyLength) {
  for (std::size_t size = 0; size <= kLongest; ++size) {
    std::string from;
    for (std::size_t i = 0; i < size; ++i) {
      from += static_cast<char>('0' + i);
    }
    std::string to(size + 1, '.');
    CopyShort(from, to.data());
    EXPECT_EQ(to, from + ".");
  }
}

TEST(Bytes, TellsWhichOfSixteenAreInARange) {
  const std::string text = "@AZ[ /09: `az{\x80\xFF";
  ASSERT_EQ(text.size(), 16U);
  const Sixteen octets(text.data());
  EXPECT_EQ(octets.In('A', 'Z'), 0b0000'0000'0000'0110U);
  EXPECT_EQ(octets.In('0', '9'), 0b0000'0000'1100'0000U);
  EXPECT_EQ(octets.In('a', 'z'), 0b0001'1000'0000'0000U);
  EXPECT_EQ(octets.In('\x80', '\xFF'), 0b1100'0000'0000'0000U);
  EXPECT_EQ(octets.Is(' '), 0b0000'0010'0001'0000U);
}

}  // namespace
}  // namespace ricochet
