// How an Explanation looks: to a person, and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/explain.h"
#include "report/sections.h"
#include "report/text.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

std::string_view KindName(const Verdict& verdict) {
  return kKindNames[static_cast<std::size_t>(verdict.kind)];
}

// A page of labelled paragraphs.
class Sheet {
 public:
  explicit Sheet(const Screen& screen) : screen_(screen) {}

  void Heading(std::string_view text) {
    text_ += "\n" + Painted(screen_, Tone::kBold, text) + "\n";
  }
  // Nothing is written for an empty text.
  void Line(std::string_view label, std::string_view text,
            Tone tone = Tone::kPlain) {
    if (text.empty()) return;
    bool first = true;
    const auto width = screen_.columns - kLabel - 4;
    for (const auto& line : Wrapped(Printable(text), width)) {
      const auto shown = first ? label : std::string_view();
      text_ +=
          "  " +
          Painted(screen_, Tone::kDim, fmt::format("{:<{}}", shown, kLabel)) +
          "  " + Painted(screen_, tone, line) + "\n";
      first = false;
    }
  }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  static constexpr std::size_t kLabel = 12;

  const Screen& screen_;
  std::string text_;
};

std::string PlaceOf(const Rule& rule) {
  return fmt::format("{} ({}:{})", rule.id, rule.place.file, rule.place.line);
}

std::string DecidedBy(const Explanation& e) {
  if (!e.verdict.rule.empty() && !e.rules.empty()) {
    return fmt::format("rule {}", PlaceOf(*e.rules.front()));
  }
  if (e.input == Explanation::Input::kCode &&
      e.verdict.reason != Reason::kDelivered) {
    return "the code alone: a whole reply tells more";
  }
  switch (e.verdict.decided_by) {
    case DecidedBy::kEnhancedCode:
      return "the enhanced code: no rule matches the text";
    case DecidedBy::kReplyCode:
      return "the reply code: no rule matches the text, and no better code";
    default:
      return e.verdict.reason == Reason::kDelivered
                 ? "the reply code"
                 : "nothing: neither the text nor a code says why";
  }
}

std::string Losers(const Explanation& e) {
  std::string text;
  for (std::size_t i = 1; i < e.rules.size(); ++i) {
    text += fmt::format("{}{} → {}", text.empty() ? "" : ", ",
                        PlaceOf(*e.rules[i]), Info(e.rules[i]->reason).name);
  }
  return text;
}

void WriteReply(const Explanation& e, Sheet& sheet) {
  sheet.Heading("The reply");
  if (e.reply_code != 0) sheet.Line("reply code", std::to_string(e.reply_code));
  sheet.Line("status code", e.enhanced_code);
  sheet.Line("answers", e.command);
  if (e.provider != "other") sheet.Line("provider", e.provider);
  sheet.Line("text", e.words);
}

void WriteVerdict(const Explanation& e, Sheet& sheet) {
  const auto& verdict = e.verdict;
  sheet.Heading("The verdict");
  sheet.Line("reason", Info(verdict.reason).name, ToneOf(verdict.kind));
  sheet.Line("kind", KindName(verdict), ToneOf(verdict.kind));
  sheet.Line("for how long",
             kPermanenceNames[static_cast<std::size_t>(verdict.permanence)]);
  sheet.Line("whose fault",
             kFaultNames[static_cast<std::size_t>(verdict.fault)]);
  sheet.Line("decided by", DecidedBy(e));
  sheet.Line("also match", Losers(e), Tone::kDim);
  if (verdict.disagreement) {
    sheet.Line("note", "The codes and the text do not agree.", Tone::kYellow);
  }
  sheet.Line("it means", e.meaning.meaning, Tone::kBold);
  sheet.Line("cause", e.advice.cause);
  sheet.Line("fix", e.advice.fix);
  sheet.Line("who acts", e.meaning.who, Tone::kCyan);
  sheet.Line("the address", e.address);
}

void WriteCode(const CodeText& code, Sheet& sheet) {
  sheet.Heading(fmt::format("{}  {}", code.code, code.title));
  sheet.Line("", code.meaning);
  sheet.Line("registry", code.registry);
  sheet.Line("also called", fmt::format("{}", fmt::join(code.called, "; ")));
  sheet.Line("look-up tag", code.tag);
  sheet.Line("provider", code.provider);
  if (code.reason && *code.reason != Reason::kUnclassified) {
    sheet.Line("by itself", Info(*code.reason).name);
  }
  sheet.Line("cause", code.cause);
  sheet.Line("fix", code.fix);
  sheet.Line("who acts", code.who, Tone::kCyan);
  sheet.Line("note", code.note);
  sheet.Line("source", code.source, Tone::kDim);
}

void WriteNames(const Explanation& e, Sheet& sheet) {
  sheet.Heading("Elsewhere this is called");
  const auto sparkpost = Info(e.verdict.reason).sparkpost_code;
  sheet.Line("SparkPost", sparkpost == 0 ? e.names.sparkpost
                                         : fmt::format("{} {}", sparkpost,
                                                       e.names.sparkpost));
  sheet.Line("Amazon SES", e.names.ses);
  sheet.Line("PowerMTA", e.names.powermta);
  sheet.Line("KumoMTA", e.names.kumomta);
  sheet.Line("Sisimai", e.names.sisimai);
  sheet.Line("Postal", e.names.postal);
  sheet.Line("ZoneMTA", e.names.zonemta);
}

void Put(Json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

Json RuleJson(const Rule& rule) {
  return {{"id", rule.id},
          {"reason", Info(rule.reason).name},
          {"file", rule.place.file},
          {"line", rule.place.line},
          {"source", rule.source}};
}

Json LineJson(Cause cause) {
  return {{"cause", Name(cause)},
          {"fate", kFateNames[static_cast<std::size_t>(FateOf(cause))]}};
}

}  // namespace

std::string ToText(const Explanation& explanation, const Screen& screen) {
  Sheet sheet(screen);
  if (!explanation.instead.empty()) {
    for (const auto* code : explanation.codes) WriteCode(*code, sheet);
    sheet.Heading(explanation.cause ? "The line" : "The verdict");
    sheet.Line("", explanation.instead, Tone::kBold);
    return sheet.Take();
  }
  if (explanation.input == Explanation::Input::kCode) {
    for (const auto* code : explanation.codes) WriteCode(*code, sheet);
    WriteVerdict(explanation, sheet);
  } else {
    WriteReply(explanation, sheet);
    WriteVerdict(explanation, sheet);
    for (const auto* code : explanation.codes) WriteCode(*code, sheet);
  }
  WriteNames(explanation, sheet);
  return sheet.Take();
}

Json ToJson(const CodeText& code) {
  Json json{
      {"code", code.code}, {"title", code.title}, {"meaning", code.meaning}};
  Put(json, "registry", code.registry);
  if (!code.called.empty()) json["called"] = code.called;
  Put(json, "tag", code.tag);
  Put(json, "provider", code.provider);
  if (code.reason) json["reason"] = Info(*code.reason).name;
  json["cause"] = code.cause;
  json["fix"] = code.fix;
  json["who"] = code.who;
  Put(json, "note", code.note);
  json["source"] = code.source;
  return json;
}

Json ToJson(const ForeignNames& names) {
  Json json = Json::object();
  Put(json, "sparkpost", names.sparkpost);
  Put(json, "ses", names.ses);
  Put(json, "powermta", names.powermta);
  Put(json, "kumomta", names.kumomta);
  Put(json, "sisimai", names.sisimai);
  Put(json, "postal", names.postal);
  Put(json, "zonemta", names.zonemta);
  return json;
}

Json ToJson(const Explanation& e) {
  constexpr std::array kInputs = {"reply", "code", "line"};
  Json json{{"input", kInputs[static_cast<std::size_t>(e.input)]},
            {"text", Printable(e.text)},
            {"provider", e.provider}};
  if (e.instead.empty()) {
    json.update(Json::parse(e.smtp_and_verdict));
  } else {
    json["verdict"] = nullptr;
  }
  if (e.cause) json["line"] = LineJson(*e.cause);
  json["rules"] = Json::array();
  for (const auto* rule : e.rules) json["rules"].push_back(RuleJson(*rule));
  json["meaning"] = e.instead.empty() ? e.meaning.meaning : e.instead;
  json["cause"] = e.advice.cause;
  json["fix"] = e.advice.fix;
  json["advice"] = e.meaning.advice;
  json["who"] = e.meaning.who;
  json["address"] = e.address;
  json["codes"] = Json::array();
  for (const auto* code : e.codes) json["codes"].push_back(ToJson(*code));
  json["names"] = ToJson(e.names);
  return json;
}

}  // namespace ricochet
