#pragma once

#include <memory>
#include <string>

#include "app/classify_lines.h"
#include "app/explain.h"
#include "app/rules.h"
#include "ricochet/result.h"

namespace ricochet {

// The rules as the web API uses them: compiled for itself, apart from those of
// the workers. Used by one thread at a time.
struct WebRules {
  // `folder` is where `rules` came from; empty: they are the built-in ones.
  [[nodiscard]] static Result<std::unique_ptr<WebRules>> Make(
      const Rules& rules, const std::string& folder);

  ClassifyLines lines;
  Explainer explainer;
  std::string codes;  // JSON: all codes and all reasons
  std::shared_ptr<const RuleBook> book;
};

}  // namespace ricochet
