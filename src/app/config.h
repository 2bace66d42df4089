#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/attribution.h"
#include "observe/log.h"
#include "ricochet/guarantee.h"
#include "ricochet/result.h"
#include "ricochet/time.h"

namespace ricochet {

// Where a consumer group that never committed begins to read.
enum class FirstStart : std::uint8_t { kEarliest, kLatest };
inline constexpr std::array<std::string_view, 2> kFirstStartNames = {"earliest",
                                                                     "latest"};

// What Kafka gets of a delivered event.
enum class DeliveredForm : std::uint8_t { kFull, kShort, kOff };
inline constexpr std::array<std::string_view, 3> kDeliveredFormNames = {
    "full", "short", "off"};

inline constexpr std::array<std::string_view, 2> kSwitchNames = {"off", "on"};

// The whole configuration, with its defaults. A plain value: read once at
// start, then shared by all threads unchanged. What each key means is said
// once, in config_keys.cc, from which docs/configuration.md and
// config/ricochet.toml are generated.
struct Config {
  using Milliseconds = std::chrono::milliseconds;

  std::vector<std::string> stages = {"attempts", "ledger"};

  struct Kafka {
    std::string brokers = "localhost:9092";
    std::string cluster = "kafka";
    Guarantee guarantee = Guarantee::kExactlyOnce;
    std::string group_prefix = "ricochet.";
    std::string ordinal;  // "": dynamic; "hostname"; or a number
    FirstStart first_start = FirstStart::kEarliest;
    Milliseconds commit_interval{500};
    Milliseconds session_timeout{45'000};
    Milliseconds transaction_timeout{10'000};
    Milliseconds stop_deadline{20'000};
    // [kafka.properties]: handed to librdkafka as they are.
    std::map<std::string, std::string> properties;
  } kafka;

  struct Topics {
    std::vector<std::string> logs = {"mail.logs"};
    std::string delivery_events = "mail.delivery-events";
    std::string dead_letters = "mail.dead-letters";
    std::string evidence = "ricochet.evidence";
    std::string suppressions = "mail.suppressions";
    std::string suppression_history = "mail.suppression-history";
    std::string bounce_rates = "mail.bounce-rates";
    std::string attempts_state = "ricochet.attempts-state";
    std::string ledger_state = "ricochet.ledger-state";
    int partitions = 12;
    int evidence_partitions = 24;
    int state_partitions = 24;
    int replication = 0;  // 0: the broker's default
  } topics;

  struct Workers {
    int workers = 1;  // threads
  };
  Workers attempts;
  struct Ledger : Workers {
    // Per partition of the evidence topic.
    int max_suppressed = 4'000'000;
    int max_watched = 4'000'000;
    int max_deliveries = 4'000'000;
  } ledger;

  struct Decode {
    std::string text_pointer;  // a JSON Pointer (RFC 6901); "": usual fields
    std::chrono::minutes zone{0};
    std::vector<std::string> formats;   // "topic=format"
    std::int64_t max_line = 64 * 1024;  // octets
  } decode;

  struct Correlate {
    int max_messages = 1'000'000;  // in flight, per partition
    Milliseconds lifetime = std::chrono::days(7);
    Milliseconds linger{5'000};
    std::vector<std::string> content_filters = {
        "127.0.0.1:10024", "127.0.0.1:10025", "127.0.0.1:10026"};
    std::vector<std::string> relays;
  } correlate;

  AttributionRules attribution;  // [[tenant]], [[stream]], [[egress]]

  struct Events {
    DeliveredForm delivered = DeliveredForm::kShort;
    bool crosswalk = false;
  } events;

  struct Rules {
    std::string path;  // a directory; "": the built-in rules
  } rules;

  struct Rates {
    bool publish = true;
    int max_dimensions = 10'000;  // per partition of the evidence topic
  } rates;

  struct Backfill {
    Milliseconds max_evidence_age = std::chrono::days(14);
    // Set by BackfillOf(), not in the file.
    std::string name;  // empty: a live run
    std::string live_evidence;
    EventTime evidence_from = kNoTime;
  } backfill;

  struct Thresholds {  // percent
    double hard_warning = 2;
    double hard_critical = 5;
    double hard_page = 10;
    double complaint_warning = 0.1;
    double complaint_critical = 0.3;
    int min_outcomes = 200;
  } thresholds;

  struct Metrics {
    int sender_domains = 100;    // with series of their own, in each worker
    int sender_threshold = 200;  // outcomes
  } metrics;

  struct Http {
    std::string listen = "127.0.0.1:9464";  // "": no server
    std::string tls_certificate;            // PEM files; "": no TLS
    std::string tls_key;
    std::string user;  // "": everybody
    std::string password;
  } http;

  struct Log {
    LogLevel level = LogLevel::kInfo;
    LogFormat format = LogFormat::kText;
  } log;

  // Values that came from elsewhere: "kafka.properties.sasl.password" ->
  // `{ env = "KAFKA_PASSWORD" }`. Describe() shows these instead.
  std::map<std::string, std::string> secrets;
};

// Why a librdkafka property may not be set in [kafka.properties], or nothing.
// The texts live as long as the process.
using ReservedPropertyCheck =
    std::optional<std::string_view> (*)(std::string_view name);

// Reads a configuration. Every error is of code kConfig (kIo when the file
// cannot be read) and begins with "file:line: " where it has one. Relative
// paths in the file are taken from the file's own directory.
[[nodiscard]] Result<Config> LoadConfig(
    const std::string& path, ReservedPropertyCheck reserved = nullptr);
[[nodiscard]] Result<Config> ParseConfig(
    std::string_view text, const std::string& file_name,
    ReservedPropertyCheck reserved = nullptr);

// The effective values as TOML, secrets masked.
[[nodiscard]] std::string Describe(const Config& config);

// The number that makes this process's member and transaction names stable
// across restarts ("<stage>-<ordinal>-<worker>"), or "" for dynamic names.
// Fails when it is to come from a host name that does not end in "-<number>".
[[nodiscard]] Result<std::string> Ordinal(const Config& config,
                                          std::string_view host_name);

}  // namespace ricochet
