#include "app/web_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace ricochet {
namespace {

HttpAnswer Page(const std::string& path) {
  const auto routes = PageRoutes();
  const auto found = std::ranges::find(routes, path, &HttpRoute::path);
  return found == routes.end() ? HttpError(404, "") : found->handler({});
}

TEST(WebPage, IsServedAtTheRoot) {
  const auto answer = Page("/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type, "text/html; charset=utf-8");
  EXPECT_TRUE(answer.body.starts_with("<!doctype html>"));
}

TEST(WebPage, FilesHaveTheirTypes) {
  EXPECT_EQ(Page("/page.css").type, "text/css; charset=utf-8");
  EXPECT_EQ(Page("/page.js").type, "text/javascript; charset=utf-8");
  EXPECT_NE(Page("/uPlot.iife.min.js").body.find("uPlot"), std::string::npos);
}

// The Content-Security-Policy would not let these work.
TEST(WebPage, HasNoInlineScriptOrStyleAndLoadsNothingFromElsewhere) {
  const auto html = Page("/").body;
  EXPECT_EQ(html.find("<style"), std::string::npos);
  EXPECT_EQ(html.find("style="), std::string::npos);
  EXPECT_EQ(html.find("src=\"http"), std::string::npos);
  EXPECT_EQ(html.find("href=\"http"), std::string::npos);
  for (std::size_t at = 0; (at = html.find("<script", at)) != std::string::npos;
       ++at) {
    EXPECT_EQ(html.substr(at, 14), "<script src=\"/");
  }
}

TEST(WebPage, EverythingThatItNamesIsThere) {
  const auto html = Page("/").body;
  for (const std::string_view name : {"src=\"/", "href=\"/"}) {
    for (std::size_t at = 0; (at = html.find(name, at)) != std::string::npos;) {
      at += name.size() - 1;
      const auto path = html.substr(at, html.find('"', at) - at);
      if (path.starts_with("/api/") || path == "/metrics") continue;
      EXPECT_EQ(Page(path).status, 200) << path;
    }
  }
}

}  // namespace
}  // namespace ricochet
