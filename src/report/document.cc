#include "report/document.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "report/numbers.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

// Object({{"name", value}, ...}): what is given is moved into place. A list in
// braces alone would be copied, with all that is in it, at each level.
template <std::size_t N>
Json Object(std::pair<std::string_view, Json> (&&members)[N]) {
  Json object = Json::object();
  for (auto& [name, value] : members) object.emplace(name, std::move(value));
  return object;
}

template <class Names, class Enum>
std::string_view NameIn(const Names& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

Json TimeOrNull(EventTime time) {
  return time == kNoTime ? Json(nullptr) : Json(Timestamp(time));
}

Json TextOrNull(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

// {"name": count, ...} in the order of `names`.
template <class Names, class Counts>
Json ByName(const Names& names, const Counts& counts) {
  Json object = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    object.emplace(names[i], counts[i]);
  }
  return object;
}

Json Events(const Tally& tally) {
  Json object = Object({{"attempts", tally.Attempts()}});
  object.update(ByName(kOutcomeNames, tally.events));
  return object;
}

Json Outcomes(const Tally& tally) {
  Json object = Object({{"total", tally.Outcomes()}});
  object.update(ByName(kKindNames, tally.outcomes));
  return object;
}

Json RateObject(const Rate& rate) {
  Json object = Object({
      {"count", rate.count},
      {"of", rate.of},
      {"rate", rate.of == 0 ? Json(nullptr) : Json(rate.value())},
      {"interval", {rate.interval.low, rate.interval.high}},
  });
  if (!rate.limits) return object;
  object["state"] = NameIn(kRateStateNames, rate.state);
  object["limits"] = Object({{"warning", rate.limits->warning},
                             {"critical", rate.limits->critical},
                             {"page", rate.limits->page}});
  return object;
}

Json Rates(const Summary& summary) {
  Json object = Json::object();
  for (const Rate* rate : {&summary.hard, &summary.block, &summary.soft,
                           &summary.bounce, &summary.deferral}) {
    object[std::string(rate->name)] = RateObject(*rate);
  }
  return object;
}

Json Headline(const Rate& rate) {
  return Object(
      {{"state", NameIn(kRateStateNames, rate.state)}, {"rate", rate.name}});
}

Json Inputs(const Summary& summary) {
  Json array = Json::array();
  for (const auto& input : summary.inputs) {
    array.push_back(Object({{"name", input.name},
                            {"bytes", input.bytes},
                            {"error", TextOrNull(input.error)}}));
  }
  return array;
}

Json Lines(const Summary& summary) {
  Json fates = Json::object();
  Json causes = Json::array();
  for (const auto& row : summary.fates) {
    const auto fate = NameIn(kFateNames, row.fate);
    fates[std::string(fate)] = row.lines;
    for (const auto& [cause, lines] : row.causes) {
      causes.push_back(
          Object({{"cause", Name(cause)}, {"fate", fate}, {"lines", lines}}));
    }
  }
  return Object({{"total", summary.lines},
                 {"fates", std::move(fates)},
                 {"causes", std::move(causes)}});
}

Json Delay(const DelaySummary& delay) {
  const auto seconds = [&](double quantile) {
    return delay.count == 0 ? Json(nullptr) : Json(quantile);
  };
  return Object({{"count", delay.count},
                 {"median_s", seconds(delay.median_s)},
                 {"p90_s", seconds(delay.p90_s)},
                 {"p99_s", seconds(delay.p99_s)}});
}

Json NotCounted(const Summary& summary) {
  Json object = ByName(kRoleNames, summary.roles);
  object.erase(std::string(NameIn(kRoleNames, Role::kMessage)));
  return object;
}

Json Verdicts(const VerdictTally& verdicts) {
  return Object({{"decided_by", ByName(kDecidedByNames, verdicts.decided_by)},
                 {"authority", ByName(kAuthorityNames, verdicts.authority)},
                 {"disagreements", verdicts.disagreements}});
}

Json Providers(const Summary& summary) {
  Json array = Json::array();
  for (const auto& row : summary.providers) {
    array.push_back(Object({{"provider", row.name},
                            {"events", Events(row.tally)},
                            {"outcomes", Outcomes(row.tally)},
                            {"hard", RateObject(row.hard)}}));
  }
  return array;
}

Json Reasons(const Summary& summary) {
  Json array = Json::array();
  for (const auto& row : summary.reasons) {
    const ReasonInfo& info = Info(row.reason);
    array.push_back(Object(
        {{"reason", info.name},
         {"kind", NameIn(kKindNames, row.kind)},
         {"fault", TextOrNull(NameIn(kFaultNames, info.fault))},
         {"sparkpost_code",
          info.sparkpost_code == 0 ? Json(nullptr) : Json(info.sparkpost_code)},
         {"outcomes", row.outcomes},
         {"outcomes_by_kind", ByName(kKindNames, row.tally.outcomes)},
         {"expired", row.tally.expired},
         {"deferred", row.tally.deferred},
         {"advice", TextOrNull(row.advice)}}));
  }
  return array;
}

Json TemplateRows(const std::vector<TemplateRow>& rows) {
  Json array = Json::array();
  for (const auto& [id, entry, provider] : rows) {
    array.push_back(
        Object({{"template", fmt::format("{:016x}", id)},
                {"text", entry.text},
                {"replies", entry.replies},
                {"final", entry.final},
                {"reason", TextOrNull(Info(entry.reason).name)},
                {"kind", NameIn(kKindNames, entry.kind)},
                {"decided_by", NameIn(kDecidedByNames, entry.decided_by)},
                {"rule", TextOrNull(entry.rule)},
                {"provider", provider}}));
  }
  return array;
}

Json Templates(const Summary& summary) {
  return Object({{"distinct", summary.distinct_templates},
                 {"replies_beyond_limit", summary.template_overflow},
                 {"top", TemplateRows(summary.templates)},
                 {"unclassified", TemplateRows(summary.unclassified)}});
}

Json Domains(const DomainRanking& ranking) {
  Json worst = Json::array();
  for (const auto& row : ranking.worst) {
    worst.push_back(
        Object({{"domain", row.domain},
                {"events", Events(row.tally)},
                {"outcomes", Outcomes(row.tally)},
                {"main_reason", TextOrNull(Info(row.reason).name)}}));
  }
  return Object({{"distinct", ranking.distinct},
                 {"min_outcomes", ranking.min_outcomes},
                 {"worst", std::move(worst)},
                 {"outcomes_beyond_limit", ranking.others.Outcomes()}});
}

Json Suppressions(const Summary& summary) {
  Json by_reason = Json::array();
  for (const auto& [reason, count] : summary.suppression_reasons) {
    by_reason.push_back(
        Object({{"reason", Info(reason).name}, {"count", count}}));
  }
  return Object({{"total", summary.suppressions.size()},
                 {"watched", summary.watched},
                 {"by_reason", std::move(by_reason)},
                 {"entries", Json::array()}});  // see InsertEntries()
}

Json DeadLetters(const Summary& summary) {
  Json array = Json::array();
  for (const auto& [reason, tally] : summary.dead_letters) {
    array.push_back(
        Object({{"reason", Name(reason)},
                {"count", tally.count},
                {"first_error", TextOrNull(tally.first_error)},
                {"first", Object({{"input", tally.first.partition.topic},
                                  {"offset", tally.first.offset},
                                  {"index", tally.first.index}})}}));
  }
  return array;
}

std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string Quoted(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  return plain ? fmt::format(FMT_COMPILE("\"{}\""), text) : Dump(text);
}

std::string QuotedOrNull(std::string_view text) {
  return text.empty() ? "null" : Quoted(text);
}

// Puts the suppressions into their list, empty so far, in the text of the
// document. They are most of a large one: a tree of them would take longer than
// the sums.
void InsertEntries(const Summary& summary, std::string& text) {
  if (summary.suppressions.empty()) return;
  constexpr std::string_view kList = "\"entries\": []";
  constexpr std::size_t kUsualEntry = 320;  // octets
  const auto end = text.rfind(kList) + kList.size() - 1;
  const std::string rest = text.substr(end);
  text.resize(end);
  text.reserve(text.size() + rest.size() +
               summary.suppressions.size() * kUsualEntry);
  for (const auto& row : summary.suppressions) {
    fmt::format_to(std::back_inserter(text),
                   FMT_COMPILE("{}\n"
                               "      {{\n"
                               "        \"scope\": {},\n"
                               "        \"key\": {},\n"
                               "        \"qualifier\": {},\n"
                               "        \"reason\": {},\n"
                               "        \"rule\": {},\n"
                               "        \"since\": {},\n"
                               "        \"expires\": {},\n"
                               "        \"count\": {}\n"
                               "      }}"),
                   text.back() == '[' ? "" : ",", Quoted(row.scope),
                   Quoted(row.key), QuotedOrNull(row.qualifier),
                   Quoted(Info(row.reason).name), QuotedOrNull(row.rule),
                   QuotedOrNull(Timestamp(row.since)),
                   QuotedOrNull(Timestamp(row.expires)), row.count);
  }
  text += "\n    ";
  text += rest;
}

}  // namespace

std::string RenderJson(const Summary& summary) {
  const Json document = Object({
      {"version", 1},
      {"ruleset", TextOrNull(summary.ruleset)},
      {"headline", Headline(summary.headline)},
      {"inputs", Inputs(summary)},
      {"time", Object({{"first", TimeOrNull(summary.first)},
                       {"last", TimeOrNull(summary.last)}})},
      {"lines", Lines(summary)},
      {"events", Events(summary.total)},
      {"outcomes", Outcomes(summary.total)},
      {"rates", Rates(summary)},
      {"delays", Object({{"delivered", Delay(summary.delivered_delay)},
                         {"failed", Delay(summary.failed_delay)}})},
      {"not_counted", NotCounted(summary)},
      {"verdicts", Verdicts(summary.verdicts)},
      {"providers", Providers(summary)},
      {"reasons", Reasons(summary)},
      {"templates", Templates(summary)},
      {"recipient_domains", Domains(summary.recipient_domains)},
      {"sender_domains", Domains(summary.sender_domains)},
      {"suppressions", Suppressions(summary)},
      {"dead_letters", DeadLetters(summary)},
  });
  std::string text = Dump(document) + "\n";
  InsertEntries(summary, text);
  return text;
}

}  // namespace ricochet
