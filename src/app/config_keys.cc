#include "app/config_keys.h"

#include <algorithm>
#include <array>

#include "app/config_units.h"
#include "mta/registry.h"

namespace ricochet {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;
using std::chrono::days;

std::string_view NotEmpty(std::string_view value) {
  return value.empty() ? "must not be empty" : "";
}

// Kafka's own rule for topic names.
std::string_view TopicName(std::string_view value) {
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  const bool good = !value.empty() && value.size() <= 249 && value != "." &&
                    value != ".." && std::ranges::all_of(value, legal);
  return good ? "" : "is not a topic name (1-249 of a-z A-Z 0-9 . _ -)";
}

// "mail.exim=exim"
std::string_view TopicFormat(std::string_view value) {
  const auto equals = value.find('=');
  const bool good = equals != std::string_view::npos &&
                    TopicName(value.substr(0, equals)).empty() &&
                    FindFormat(value.substr(equals + 1)) != nullptr;
  return good ? "" : "is not topic=format, with the name of a known format";
}

std::string_view StageName(std::string_view value) {
  return value == "attempts" || value == "ledger"
             ? ""
             : "is not a stage: attempts, ledger";
}

std::string_view OrdinalText(std::string_view value) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool good = value.empty() || value == "hostname" ||
                    (value.size() <= 6 && std::ranges::all_of(value, digit));
  return good ? "" : "must be a number, \"hostname\" or empty";
}

std::string_view RelayAddress(std::string_view value) {
  const auto address = ParseHostPort(value);
  return address && address->port > 0 ? "" : "is not host:port";
}

std::string_view ListenAddress(std::string_view value) {
  return value.empty() || ParseHostPort(value) ? "" : "is not host:port";
}

// RFC 7617, section 2: a colon ends it.
std::string_view UserName(std::string_view value) {
  return value.find(':') == value.npos ? "" : "must not contain a colon";
}

std::string_view JsonPointer(std::string_view value) {
  return value.empty() || value.starts_with('/')
             ? ""
             : "is not a JSON Pointer: it must begin with /";
}

constexpr auto kSections = std::to_array<ConfigSection>({
    {"", ""},
    {"kafka", "The cluster, and how we take part in it."},
    {"topics",
     "Topics by name. All must differ. `ricochet topics create` makes those "
     "that are missing."},
    {"attempts", "The stage that turns log lines into delivery events."},
    {"ledger", "The stage that turns evidence into suppressions and rates."},
    {"decode", "How log lines lie in records."},
    {"correlate", "How the lines of one message are brought together."},
    {"events", "What is written to the topic of delivery events."},
    {"rules", "What replies mean."},
    {"rates", "What is written to the topic of bounce rates."},
    {"backfill", "`ricochet run --backfill`, which reads old logs."},
    {"thresholds",
     "Limits, in percent, that the report and the bounce rates compare with. "
     "A rate is compared by the lower bound of its 95 % interval."},
    {"metrics", "What /metrics tells apart."},
    {"http", "The page, its API, /metrics, /healthz and /readyz."},
    {"log", "What the program says about itself, on standard error."},
});

// The lambdas give a field's place; macros, because a pointer to a member of a
// member does not exist in C++.
#define PLACE(field) \
  [](Config & c) -> auto& { return c.field; }
#define CHOICE(field, names)                                     \
  ChoiceField {                                                  \
    names, [](const Config& c) { return std::size_t(c.field); }, \
        [](Config& c, std::size_t i) {                           \
          c.field = static_cast<decltype(c.field)>(i);           \
        }                                                        \
  }

const auto kKeys = std::to_array<ConfigKey>({
    {"", "stages", ListField{PLACE(stages), StageName},
     "The stages that this process runs: attempts, ledger."},

    {"kafka", "brokers", TextField{PLACE(kafka.brokers), NotEmpty},
     "Where to find the cluster: host:port, several separated by commas."},
    {"kafka", "cluster", TextField{PLACE(kafka.cluster), NotEmpty},
     "A name for the cluster. Event ids are derived from it: choose it once, "
     "and differently for each cluster."},
    {"kafka", "guarantee", CHOICE(kafka.guarantee, kGuaranteeNames),
     "With exactly_once, outputs, state and offsets join one transaction. "
     "With at_least_once, outputs may repeat after a crash, with the same id."},
    {"kafka", "group_prefix", TextField{PLACE(kafka.group_prefix), NotEmpty},
     "Consumer groups are named <group_prefix><stage>, group members and "
     "transactions <group_prefix><stage>-<ordinal>-<worker>. Two installations "
     "on one cluster need different ones."},
    {"kafka", "ordinal", TextField{PLACE(kafka.ordinal), OrdinalText},
     "Makes the group members and transactions of this process known by name "
     "across restarts, so that a restart causes no rebalance. A number, "
     "different in each process; or \"hostname\": the number at the "
     "end of the host name, as in ricochet-0; or empty: names are new at each "
     "start."},
    {"kafka", "first_start", CHOICE(kafka.first_start, kFirstStartNames),
     "Where a group that never committed begins to read."},
    {"kafka", "commit_interval",
     DurationField{PLACE(kafka.commit_interval), 10ms, 60s},
     "How often a worker commits; outputs become visible then."},
    {"kafka", "session_timeout",
     DurationField{PLACE(kafka.session_timeout), 6s, 30min},
     "A worker that the cluster has not heard from for so long loses its "
     "partitions."},
    {"kafka", "transaction_timeout",
     DurationField{PLACE(kafka.transaction_timeout), 1s, 15min},
     "The cluster aborts a transaction that is open for so long. A dead "
     "worker's partitions wait for it."},
    {"kafka", "stop_deadline",
     DurationField{PLACE(kafka.stop_deadline), 1s, 10min},
     "After SIGTERM, work in hand is committed within this time, or left to "
     "the next owner."},

    {"topics", "logs", ListField{PLACE(topics.logs), TopicName},
     "The input: MTA log lines, keyed by the MTA's host."},
    {"topics", "delivery_events",
     TextField{PLACE(topics.delivery_events), TopicName},
     "Output: one event for each attempt, keyed by recipient."},
    {"topics", "dead_letters", TextField{PLACE(topics.dead_letters), TopicName},
     "Output: input that was not understood, unchanged."},
    {"topics", "evidence", TextField{PLACE(topics.evidence), TopicName},
     "Internal: from the attempts stage to the ledger."},
    {"topics", "suppressions", TextField{PLACE(topics.suppressions), TopicName},
     "Output: the present suppression list, compacted."},
    {"topics", "suppression_history",
     TextField{PLACE(topics.suppression_history), TopicName},
     "Output: every change of that list, keyed by recipient; what `ricochet "
     "suppressions show` tells of the past."},
    {"topics", "bounce_rates", TextField{PLACE(topics.bounce_rates), TopicName},
     "Output: rates by sender domain and provider."},
    {"topics", "attempts_state",
     TextField{PLACE(topics.attempts_state), TopicName},
     "Internal: what the stage attempts knows of messages that are in the "
     "queue for long. Compacted; belongs to one installation."},
    {"topics", "ledger_state", TextField{PLACE(topics.ledger_state), TopicName},
     "Internal: what the stage ledger knows of recipients and rates. "
     "Compacted; belongs to one installation. To be kept as long as the "
     "suppressions."},
    {"topics", "partitions", IntegerField{PLACE(topics.partitions), 1, 10'000},
     "Partitions of the topics that `topics create` makes."},
    {"topics", "evidence_partitions",
     IntegerField{PLACE(topics.evidence_partitions), 1, 10'000},
     "The same of the evidence topic and of ledger_state. Their number cannot "
     "change later: a start with another one is refused."},
    {"topics", "state_partitions",
     IntegerField{PLACE(topics.state_partitions), 1, 10'000},
     "The same of attempts_state. Cannot change later either."},
    {"topics", "replication", IntegerField{PLACE(topics.replication), 0, 99},
     "Replicas of each; 0: the broker's default."},

    {"attempts", "workers", IntegerField{PLACE(attempts.workers), 1, 64},
     "Threads. More than the input has partitions are idle."},
    {"ledger", "workers", IntegerField{PLACE(ledger.workers), 1, 64},
     "Threads. More than evidence_partitions are idle."},
    {"ledger", "max_suppressed",
     IntegerField{PLACE(ledger.max_suppressed), 1'000, 100'000'000},
     "Entries of the suppression list, per partition of the evidence topic; "
     "about 150 octets each. Beyond it new suppressions stop, are counted, and "
     "raise an alert."},
    {"ledger", "max_watched",
     IntegerField{PLACE(ledger.max_watched), 1'000, 100'000'000},
     "The same of recipients with some evidence against them; about 150 octets "
     "each. Beyond it those that would be forgotten first make place, and are "
     "counted."},
    {"ledger", "max_deliveries",
     IntegerField{PLACE(ledger.max_deliveries), 1'000, 100'000'000},
     "The same of deliveries of the last three days to recipients without any, "
     "two for each; about 55 octets each. Beyond it deliveries are not "
     "remembered for older evidence that comes later, and counted."},

    {"decode", "text_pointer",
     TextField{PLACE(decode.text_pointer), JsonPointer},
     "Where in a JSON record the log line is, as a JSON Pointer (RFC 6901) "
     "such as /event/original; empty: where the usual shippers put it."},
    {"decode", "zone", ZoneField{PLACE(decode.zone)},
     "The offset from UTC of time stamps that name none: \"+01:00\"."},
    {"decode", "formats", ListField{PLACE(decode.formats), TopicFormat, true},
     "Input topics whose lines are all of one format, as topic=format: only "
     "that format is looked for. Elsewhere each line tells its own. Formats: "
     "those of docs/input.md."},
    {"decode", "max_line", SizeField{PLACE(decode.max_line), 1 << 10, 64 << 20},
     "A longer line is a dead letter, reason oversize."},

    {"correlate", "max_messages",
     IntegerField{PLACE(correlate.max_messages), 1'000, 1'000'000'000},
     "Messages in flight that are remembered, per partition; about 100 octets "
     "each. Beyond it the oldest is forgotten, and counted."},
    {"correlate", "lifetime",
     DurationField{PLACE(correlate.lifetime), 1min, days(60)},
     "How long a message is remembered. Longer than the MTA's queue lifetime, "
     "or bounces at its end lose their sender."},
    {"correlate", "linger", DurationField{PLACE(correlate.linger), 0ms, 1h},
     "How long after its removal, for lines that arrive out of order."},
    {"correlate", "content_filters",
     ListField{PLACE(correlate.content_filters), RelayAddress, true},
     "Relays, as host:port, that are content filters and give the mail back: "
     "what they accept is no outcome."},
    {"correlate", "relays", ListField{PLACE(correlate.relays), NotEmpty, true},
     "Our own smart hosts, by name or address. Their replies speak of us, so "
     "they never convict a recipient."},

    {"events", "delivered", CHOICE(events.delivered, kDeliveredFormNames),
     "Delivered attempts: full, short (time, ids, recipient, sender domain, "
     "provider), or off. Other outcomes are always full."},
    {"events", "crosswalk", FlagField{PLACE(events.crosswalk)},
     "Whether verdicts also say what Amazon SES, PowerMTA, KumoMTA and Sisimai "
     "call their reason. The names are read at start."},

    {"rules", "path", TextField{PLACE(rules.path), nullptr, /*is_path=*/true},
     "A directory of rule files used instead of those built in. Relative to "
     "this file's directory. Changed files are taken into use while the "
     "process "
     "runs; policy.toml and providers.toml at its next start."},

    {"rates", "publish", CHOICE(rates.publish, kSwitchNames),
     "Whether bounce rates by minute, hour and day are kept and written."},
    {"rates", "max_dimensions",
     IntegerField{PLACE(rates.max_dimensions), 1, 10'000'000},
     "Combinations of tenant, stream, sender domain, provider and egress that "
     "are told apart, per partition of the evidence topic. Beyond it the "
     "sender domain is other. One that sends in every minute takes about "
     "100 KB; most take far less."},

    {"backfill", "max_evidence_age",
     DurationField{PLACE(backfill.max_evidence_age), 0ms, days(3650)},
     "Final outcomes that are older than this when a backfill starts suppress "
     "nobody, and release nobody."},

    {"thresholds", "hard_warning", PercentField{PLACE(thresholds.hard_warning)},
     "Hard bounce rate: warning."},
    {"thresholds", "hard_critical",
     PercentField{PLACE(thresholds.hard_critical)},
     "Hard bounce rate: critical."},
    {"thresholds", "hard_page", PercentField{PLACE(thresholds.hard_page)},
     "Hard bounce rate: wake somebody up."},
    {"thresholds", "complaint_warning",
     PercentField{PLACE(thresholds.complaint_warning)},
     "Complaint rate: warning."},
    {"thresholds", "complaint_critical",
     PercentField{PLACE(thresholds.complaint_critical)},
     "Complaint rate: critical."},
    {"thresholds", "min_outcomes",
     IntegerField{PLACE(thresholds.min_outcomes), 1, 1'000'000'000},
     "Rates of fewer outcomes are never more than ok."},

    {"metrics", "sender_domains",
     IntegerField{PLACE(metrics.sender_domains), 0, 10'000},
     "Sender domains that get series of their own, at most, in each worker. "
     "All others are counted as other."},
    {"metrics", "sender_threshold",
     IntegerField{PLACE(metrics.sender_threshold), 1, 1'000'000'000},
     "Final outcomes after which a sender domain gets them, first come, until "
     "restart."},

    {"http", "listen", TextField{PLACE(http.listen), ListenAddress},
     "host:port; port 0: any free one; empty: no server."},
    {"http", "tls_certificate",
     TextField{.place = PLACE(http.tls_certificate), .is_path = true},
     "A PEM file: the certificate, and those that lead to its authority. "
     "Empty: no TLS. It is read when the process starts."},
    {"http", "tls_key",
     TextField{.place = PLACE(http.tls_key), .is_path = true},
     "A PEM file: the certificate's key, not encrypted."},
    {"http", "user", TextField{PLACE(http.user), UserName},
     "Who may ask, by Basic authentication; /healthz and /readyz stay open. "
     "Empty: everybody, so listen on the own host only, or within a trusted "
     "network. Without TLS the password is sent as it is."},
    {"http", "password", TextField{PLACE(http.password)},
     "The user's password; best kept elsewhere."},

    {"log", "level", CHOICE(log.level, kLogLevelNames),
     "The least level that is written. Recipients appear at debug only."},
    {"log", "format", CHOICE(log.format, kLogFormatNames),
     "text, for a human; json, one object a line, for a collector."},
});

#undef PLACE
#undef CHOICE

constexpr auto kConditions = std::to_array<ConditionKey>({
    {"sender_domain", &AttributionRule::sender_domain,
     "the sender's domain: \"shop.example\", or \".shop.example\" for it and "
     "all below"},
    {"instance", &AttributionRule::instance,
     "the MTA instance: \"postfix-bulk\""},
    {"service", &AttributionRule::service,
     "the Postfix service: \"smtp-pool1\""},
    {"host", &AttributionRule::host, "the MTA's host, as logged"},
    {"topic", &AttributionRule::topic, "the input topic"},
});

constexpr std::array<RuleTable, 3> kRuleTables = {{
    {"tenant", &AttributionRules::tenants,
     "Whose mail it is, where several customers share the MTAs. Suppressions "
     "are kept apart by tenant. Else: \"default\"."},
    {"stream", &AttributionRules::streams,
     "What sort of mail it is: newsletter, receipts. Else: \"default\"."},
    {"egress", &AttributionRules::egresses,
     "Which IP address or pool it left by. Else: what the log names, if "
     "anything."},
}};

}  // namespace

std::span<const ConfigSection> ConfigSections() { return kSections; }

std::span<const ConfigKey> ConfigKeys() { return kKeys; }

std::span<const ConditionKey> ConditionKeys() { return kConditions; }

std::span<const RuleTable> RuleTables() { return kRuleTables; }

std::string Path(const ConfigKey& key) {
  std::string path(key.section);
  if (!path.empty()) path += '.';
  return path.append(key.name);
}

}  // namespace ricochet
