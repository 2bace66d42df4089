// The map says of each octet what looking at it says.
#include "classify/octet_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ricochet {
namespace {

using Kinds = OctetMap::Kinds;

bool operator==(const Census& a, const Census& b) {
  return a.digit == b.digit && a.upper == b.upper && a.lower == b.lower &&
         a.at == b.at && a.other == b.other && a.dots == b.dots;
}

// Mostly of what separates and what is separated.
std::string RandomText(std::size_t size, std::mt19937& random) {
  constexpr std::string_view kLetters =
      "abcdxyzABCDXYZ0123456789....:::--_+=/%~@@<>\"\",, \t\n\x01\xc3\xa4()[]";
  std::string text;
  while (text.size() < size) text += kLetters[random() % kLetters.size()];
  return text;
}

std::vector<std::string> Texts() {
  std::mt19937 random(1);
  std::vector<std::string> texts;
  for (std::size_t size = 0; size < 300; ++size) {
    texts.push_back(RandomText(size, random));
  }
  texts.push_back(RandomText(OctetMap::kLongest, random));
  return texts;
}

std::vector<std::size_t> Places(std::string_view text,
                                std::uint64_t Kinds::*kind) {
  const OctetMap map(text);
  std::vector<std::size_t> places;
  for (auto at = map.Next(kind, 0); at < text.size();
       at = map.Next(kind, at + 1)) {
    places.push_back(at);
  }
  return places;
}

std::string Marked(std::string_view text) {
  std::string marked(text.size(), ' ');
  for (const auto at : Places(text, &Kinds::mark)) marked[at] = '^';
  return marked.substr(0, marked.find_last_not_of(' ') + 1);
}

TEST(OctetMap, FindsBlanksAndAts) {
  for (const auto& text : Texts()) {
    std::vector<std::size_t> blanks;
    std::vector<std::size_t> ats;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (static_cast<unsigned char>(text[i]) <= ' ') blanks.push_back(i);
      if (text[i] == '@') ats.push_back(i);
    }
    ASSERT_EQ(Places(text, &Kinds::blank), blanks) << text;
    ASSERT_EQ(Places(text, &Kinds::at), ats) << text;
  }
}

TEST(OctetMap, TakesTheCensusOfAnyAtom) {
  for (const auto& text : Texts()) {
    const OctetMap map(text);
    for (std::size_t from = 0; from < text.size(); ++from) {
      const auto rest = std::string_view(text).substr(from);
      const auto end = std::ranges::find_if_not(rest, [](char c) {
        return IsAtomChar(c) && static_cast<unsigned char>(c) < 0x80;
      });
      const auto size = static_cast<std::size_t>(end - rest.begin());
      ASSERT_EQ(map.AtomOctetsAt(from), std::min<std::size_t>(size, 64));
      if (size == 0 || size > 63) continue;
      const auto atom = rest.substr(0, size);
      ASSERT_TRUE(map.CensusOf(from, size) == CensusOf(atom)) << atom;
      ASSERT_EQ(map.HasTwoDotsAt(from, size), atom.find("..") != atom.npos);
    }
  }
}

TEST(OctetMap, MarksWhatMayNotStay) {
  EXPECT_EQ(Marked("no such user, sorry. try: later - e-mail/fax"), "");
  EXPECT_EQ(Marked("a1 x.y <z> a@b \"q\" :: h:p"), " ^  ^  ^    ^  ^ ^ ^   ^");
  EXPECT_EQ(Marked("on Mon, or may be Nov 5"), "   ^              ^   ^");
  EXPECT_EQ(Marked("The end"), "^");
  EXPECT_EQ(Marked("\xc3\xa4 b"), "^^");
}

TEST(OctetMap, MarksDoNotDependOnThePlace) {
  const std::string text = "x Mon, a:b c.d e. f: 7 g";
  const auto marked = Marked(text);
  for (std::size_t shift = 0; shift < 200; ++shift) {
    EXPECT_EQ(Marked(std::string(shift, ' ') + text),
              std::string(shift, ' ') + marked);
  }
}

}  // namespace
}  // namespace ricochet
