#include "publish/suppression_json.h"

#include "publish/names.h"

namespace ricochet {
namespace {

void WriteCause(const SuppressionCause& cause, JsonWriter& json) {
  json.BeginObject();
  const auto reason = Info(cause.reason).name;
  reason.empty() ? json.Null("reason") : json.Plain("reason", reason);
  json.Plain("kind", NameIn(kKindNames, cause.kind));
  json.Number("count", cause.days.size());
  json.Time("first", cause.first);
  json.Time("last", cause.last());
  json.BeginArray("evidence");
  for (const auto& day : cause.days) json.IdElement(day.event);
  json.EndArray();
  cause.rule.empty() ? json.Null("rule") : json.Text("rule", cause.rule);
  if (cause.addresses > 0) json.Number("addresses", cause.addresses);
  if (!cause.who.empty()) json.Text("who", cause.who);
  if (!cause.note.empty()) json.Text("note", cause.note);
  json.EndObject();
}

}  // namespace

void WriteScope(const SuppressionEntry& entry, JsonWriter& json) {
  const bool domain = entry.scope == SuppressionScope::kDomain;
  const bool of_sender = entry.scope == SuppressionScope::kAddressSenderDomain;
  const bool of_list =
      entry.scope == SuppressionScope::kAddressList && !entry.qualifier.empty();
  domain ? json.Null("recipient") : json.Text("recipient", entry.recipient);
  domain ? json.Text("domain", entry.recipient) : json.Null("domain");
  of_sender ? json.Text("sender_domain", entry.qualifier)
            : json.Null("sender_domain");
  of_list ? json.Text("list", entry.qualifier) : json.Null("list");
}

void WriteCauses(const SuppressionEntry& entry, JsonWriter& json) {
  json.BeginArray("causes");
  for (const auto& cause : entry.causes) WriteCause(cause, json);
  json.EndArray();
}

}  // namespace ricochet
