#include "publish/verdict_json.h"

#include "publish/names.h"

namespace ricochet {
namespace {

template <std::size_t N>
void WriteOrNull(JsonWriter::Literal<N> name, std::string_view text,
                 JsonWriter& json) {
  text.empty() ? json.Null(name) : json.Text(name, text);
}

template <std::size_t N>
void WriteIfAny(JsonWriter::Literal<N> name, std::string_view text,
                JsonWriter& json) {
  if (!text.empty()) json.Text(name, text);
}

void WriteEntities(const Entities& entities, JsonWriter& json) {
  if (entities.empty()) return;
  json.BeginObject("entities");
  WriteIfAny("dnsbl", entities.dnsbl, json);
  WriteIfAny("listed_ip", entities.listed_ip, json);
  WriteIfAny("url", entities.url, json);
  WriteIfAny("tag", entities.tag, json);
  WriteIfAny("new_address", entities.new_address, json);
  json.EndObject();
}

template <std::size_t N>
void WriteName(JsonWriter::Literal<N> system, std::string_view name,
               JsonWriter& json) {
  if (name != "none") WriteIfAny(system, name, json);
}

void WriteNames(const ForeignNames& names, JsonWriter& json) {
  json.BeginObject("names");
  WriteName("ses", names.ses, json);
  WriteName("powermta", names.powermta, json);
  WriteName("kumomta", names.kumomta, json);
  WriteName("sisimai", names.sisimai, json);
  json.EndObject();
}

}  // namespace

void WriteSmtp(const ShownReply& reply, JsonWriter& json) {
  if (reply.empty()) return;
  json.BeginObject("smtp");
  if (reply.code != 0) json.Number("reply_code", reply.code);
  if (reply.enhanced_code.present()) {
    json.Code("enhanced_code", reply.enhanced_code);
  }
  if (reply.command != SmtpCommand::kUnknown) {
    json.Plain("command", NameIn(kSmtpCommandNames, reply.command));
  }
  if (!reply.text.empty()) json.Text("text", reply.text);
  if (reply.template_id != 0) json.Hex("template", reply.template_id);
  if (reply.truncated) json.Flag("truncated", *reply.truncated);
  WriteEntities(reply.entities, json);
  json.EndObject();
}

void WriteVerdict(const Verdict& verdict, std::string_view ruleset_hash,
                  JsonWriter& json, const Crosswalk* crosswalk) {
  const auto& info = Info(verdict.reason);
  json.BeginObject("verdict");
  json.Plain("reason", info.name);
  WriteOrNull("last_reason", Info(verdict.last_reason).name, json);
  WriteOrNull("permanence", NameIn(kPermanenceNames, verdict.permanence), json);
  WriteOrNull("fault", NameIn(kFaultNames, verdict.fault), json);
  json.Plain("kind", NameIn(kKindNames, verdict.kind));
  if (info.sparkpost_code != 0) {
    json.Number("sparkpost_code", info.sparkpost_code);
  }
  json.Plain("decided_by", NameIn(kDecidedByNames, verdict.decided_by));
  WriteOrNull("rule", verdict.rule, json);
  json.Text("ruleset", ruleset_hash);
  json.Plain("authority", NameIn(kAuthorityNames, verdict.authority));
  json.Flag("disagreement", verdict.disagreement);
  if (crosswalk != nullptr) {
    WriteNames((*crosswalk)[static_cast<std::size_t>(verdict.reason)], json);
  }
  json.EndObject();
}

}  // namespace ricochet
