#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#define EXPECT_SUBSTRING(needle, text) \
  EXPECT_PRED_FORMAT2(testing::IsSubstring, std::string(needle), text)

namespace ricochet::test {

using Strings = std::vector<std::string>;
using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the header `name`, or "(none)".
inline std::string HeaderOf(const Headers& headers, const std::string& name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "(none)";
}

inline Strings Sorted(Strings values) {
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace ricochet::test
