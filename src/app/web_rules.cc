#include "app/web_rules.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

Json ReasonJson(Reason reason, const RuleBook& book,
                const Explanations& explanations) {
  const auto& info = Info(reason);
  const auto& text = book.reason_text(reason);
  const auto& advice = explanations.advice(reason);
  return {{"reason", info.name},
          {"permanence",
           kPermanenceNames[static_cast<std::size_t>(info.permanence)]},
          {"fault", kFaultNames[static_cast<std::size_t>(info.fault)]},
          {"kind", kKindNames[static_cast<std::size_t>(info.kind)]},
          {"meaning", text.meaning},
          {"cause", advice.cause},
          {"fix", advice.fix},
          {"advice", text.advice},
          {"who", text.who},
          {"names", ToJson(explanations.names(reason))}};
}

std::string CodesJson(const RuleBook& book, const Explanations& explanations) {
  Json json{{"ruleset", book.hash()},
            {"codes", Json::array()},
            {"reasons", Json::array()}};
  for (const auto& code : explanations.codes()) {
    json["codes"].push_back(ToJson(code));
  }
  for (std::size_t i = 1; i < kReasons.size(); ++i) {  // 0 is no reason
    json["reasons"].push_back(
        ReasonJson(static_cast<Reason>(i), book, explanations));
  }
  return json.dump();
}

}  // namespace

Result<std::unique_ptr<WebRules>> WebRules::Make(const Rules& rules,
                                                 const std::string& folder) {
  auto explanations = LoadExplanations(folder);
  if (!explanations) return tl::unexpected(std::move(explanations.error()));
  auto compiled = Ruleset::Compile(rules.book);
  if (!compiled) return tl::unexpected(std::move(compiled.error()));
  const std::shared_ptr<Ruleset> ruleset = std::move(*compiled);
  auto codes = CodesJson(*rules.book, *explanations);
  return std::unique_ptr<WebRules>(
      new WebRules{ClassifyLines(ruleset),
                   Explainer(ruleset, std::move(*explanations), rules.policy),
                   std::move(codes), rules.book});
}

}  // namespace ricochet
