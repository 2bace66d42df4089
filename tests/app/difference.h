#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace ricochet {

// What only one of them has, some of it. Both are sorted.
inline std::string Difference(const std::vector<std::string>& a,
                              const std::vector<std::string>& b) {
  std::string text;
  const auto add = [&text](const char* who, const auto& x, const auto& y) {
    std::vector<std::string> only;
    std::ranges::set_difference(x, y, std::back_inserter(only));
    for (std::size_t i = 0; i < std::min(only.size(), std::size_t{3}); ++i) {
      text += who + only[i] + "\n";
    }
  };
  add("only disturbed: ", a, b);
  add("only undisturbed: ", b, a);
  return text;
}

}  // namespace ricochet
