#include "mta/exchange_event.h"

#include <array>

#include "mta/scan.h"

namespace ricochet {
namespace {

using Tells = ExchangeEventId::Tells;

constexpr ExchangeEventId Nothing(std::string_view name, Cause cause) {
  return {name, Tells::kNothing, cause};
}
// Shadow redundancy, recipients that become others, mailbox transport.
constexpr ExchangeEventId Hop(std::string_view name) {
  return Nothing(name, Cause::kInternalHop);
}
// An agent, a moderator or the poison queue kept the message.
constexpr ExchangeEventId Action(std::string_view name) {
  return Nothing(name, Cause::kContentAction);
}

// Learn, "Event types in the message tracking log"; the frequent ones first.
constexpr auto kEventIds = std::to_array<ExchangeEventId>({
    {"RECEIVE", Tells::kReceived, Cause::kQueued},
    {"SEND", Tells::kDelivered, Cause::kAttempt},
    {"SENDEXTERNAL", Tells::kDelivered, Cause::kAttempt},
    {"DELIVER", Tells::kDelivered, Cause::kAttempt},
    {"FAIL", Tells::kFailed, Cause::kAttempt},
    {"DEFER", Tells::kDeferred, Cause::kAttempt},
    Nothing("AGENTINFO", Cause::kStatistics),
    Hop("HAREDIRECT"),
    Hop("HARECEIVE"),
    Hop("HADISCARD"),
    Hop("HAREDIRECTFAIL"),
    Hop("NOTIFYMAPI"),
    Hop("SUBMIT"),
    Hop("RESOLVE"),
    Hop("EXPAND"),
    Hop("REDIRECT"),
    Hop("TRANSFER"),
    Hop("PROCESS"),
    Nothing("DSN", Cause::kNotification),
    Hop("CLIENTSUBMISSION"),
    Hop("DUPLICATEDELIVER"),
    Hop("DUPLICATEEXPAND"),
    Hop("DUPLICATEREDIRECT"),
    Hop("JOURNAL"),
    Hop("LOAD"),
    Hop("NOTIFYSHADOW"),
    Hop("PROCESSMEETINGMESSAGE"),
    Hop("RESUBMIT"),
    Hop("RESUBMITDEFER"),
    Hop("SUBMITDEFER"),
    Hop("SUPPRESSED"),
    Hop("THROTTLE"),
    Action("BADMAIL"),
    Action("DROP"),
    Action("INITMESSAGECREATED"),
    Action("MODERATIONEXPIRE"),
    Action("MODERATORAPPROVE"),
    Action("MODERATORREJECT"),
    Action("MODERATORSALLNDR"),
    Action("POISONMESSAGE"),
    Action("THREATDETECTED"),
    Nothing("DELIVERFAIL", Cause::kWarning),
    Nothing("RESUBMITFAIL", Cause::kWarning),
    Nothing("SUBMITFAIL", Cause::kWarning),
});

}  // namespace

const ExchangeEventId* FindExchangeEventId(std::string_view name) noexcept {
  for (const auto& id : kEventIds) {
    if (Is(name, id.name)) return &id;
  }
  return nullptr;
}

}  // namespace ricochet
