#include "mta/json_members.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ricochet {
namespace {

// "key=value;" of each member, strings in their resolved form.
std::string Members(std::string_view json) {
  std::string out;
  for (JsonMembers members(json); members.Next();) {
    std::string buffer;
    out.append(members.key()).append("=");
    out.append(members.is_string() ? ResolveJsonEscapes(members.value(), buffer)
                                   : members.value());
    out += ';';
  }
  return out;
}

TEST(JsonMembers, StringsNumbersAndWords) {
  EXPECT_EQ(Members(R"({"a":"x","b":12,"c":null,"d":true})"),
            "a=x;b=12;c=null;d=true;");
  EXPECT_EQ(Members(" { \"a\" : \"x\" ,\n \"b\" : 1.5e3 } "), "a=x;b=1.5e3;");
  EXPECT_EQ(Members("{}"), "");
}

TEST(JsonMembers, NestedValuesArePassedOver) {
  EXPECT_EQ(Members(R"({"a":{"b":["]}",{}]},"c":[1,[2]],"d":"y"})"),
            R"(a={"b":["]}",{}]};c=[1,[2]];d=y;)");
}

TEST(JsonMembers, EscapesAreResolved) {
  EXPECT_EQ(Members(R"({"a":"\u003cx\u003e \"q\" \\ \/ \n"})"),
            "a=<x> \"q\" \\ / \n;");
  EXPECT_EQ(Members(R"({"a":"\u00e9\u20ac\ud83d\ude00"})"),
            "a=\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80;");
  EXPECT_EQ(Members(R"({"a":"\ud83dx\udc00"})"),
            "a=\xEF\xBF\xBDx\xEF\xBF\xBD;");
  EXPECT_EQ(Members(R"({"a":"\u12"})"), "a=u12;");
}

TEST(JsonMembers, WhatIsNoObjectEndsEarly) {
  for (const auto* json :
       {"", "[", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"",
        "{\"a\":]", "{\"a\":[}", "{\"a\":\"\\", "x{\"a\":1}", "{a:1}"}) {
    EXPECT_EQ(Members(json).find('='), std::string::npos) << json;
  }
}

}  // namespace
}  // namespace ricochet
