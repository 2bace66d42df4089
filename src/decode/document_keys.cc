#include "decode/document_keys.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ricochet {
namespace {

using Field = DocumentField;
using Place = DocumentPlace;

// Ranks say which key to believe when a document has several:
// - Host: what came out of a syslog header before what the shipper says of the
//   machine it runs on, which may be a log server.
// - Program: the whole tag before rsyslog's programname and app-name, which
//   end at the first slash ("postfix" for "postfix/smtp").
// - Time: when it was logged before when it was collected.
constexpr auto kKeys = [] {
  auto keys = std::to_array<DocumentKey>({
      {Place::kTop, "message", Field::kText, 0},
      {Place::kTop, "MESSAGE", Field::kText, 1},  // journald, syslog-ng
      {Place::kTop, "log", Field::kText, 2, Place::kLog},  // Docker, Fluent Bit
      {Place::kTop, "event", Field::kText, 8, Place::kEvent},
      {Place::kTop, "event.original", Field::kText, 3},
      {Place::kEvent, "original", Field::kText, 3},     // ECS
      {Place::kTop, "msg", Field::kText, 4},            // rsyslog %jsonmesg%
      {Place::kTop, "short_message", Field::kText, 5},  // GELF
      {Place::kTop, "_raw", Field::kText, 6},
      {Place::kTop, "body", Field::kText, 7},

      {Place::kTop, "_HOSTNAME", Field::kHost, 0},  // journald
      {Place::kTop, "HOST", Field::kHost, 1},       // syslog-ng
      {Place::kTop, "logsource", Field::kHost, 2},  // Logstash
      {Place::kLogSyslog, "hostname", Field::kHost, 3},
      {Place::kTop, "log.syslog.hostname", Field::kHost, 3},
      {Place::kTop, "hostname", Field::kHost, 4},
      {Place::kTop, "host", Field::kHost, 5, Place::kHost},
      {Place::kTop, "host.name", Field::kHost, 6},
      {Place::kHost, "name", Field::kHost, 6},
      {Place::kTop, "host.hostname", Field::kHost, 7},
      {Place::kHost, "hostname", Field::kHost, 7},
      {Place::kTop, "source_host", Field::kHost, 8},
      {Place::kTop, "fromhost", Field::kHost, 9},
      {Place::kTop, "beat", Field::kNothing, 0, Place::kBeat},
      {Place::kBeat, "hostname", Field::kHost, 10},
      {Place::kTop, "agent", Field::kNothing, 0, Place::kAgent},
      {Place::kAgent, "hostname", Field::kHost, 11},
      {Place::kTop, "agent.hostname", Field::kHost, 11},
      {Place::kTop, "agent.name", Field::kHost, 12},
      {Place::kAgent, "name", Field::kHost, 12},

      {Place::kTop, "SYSLOG_IDENTIFIER", Field::kProgram, 0},
      {Place::kTop, "ident", Field::kProgram, 1},  // Fluentd, Fluent Bit
      {Place::kTop, "syslog-tag", Field::kProgram, 2},
      {Place::kTop, "syslogtag", Field::kProgram, 2},
      {Place::kTop, "syslog_tag", Field::kProgram, 2},
      {Place::kTop, "PROGRAM", Field::kProgram, 3},
      {Place::kTop, "appname", Field::kProgram, 4},  // Vector
      {Place::kLogSyslog, "appname", Field::kProgram, 5},
      {Place::kTop, "log.syslog.appname", Field::kProgram, 5},
      {Place::kTop, "app_name", Field::kProgram, 6},
      // GELF: members of a sender's own begin with an underscore.
      {Place::kTop, "_program", Field::kProgram, 6},  // syslog-ng
      {Place::kTop, "_ident", Field::kProgram, 6},    // Fluent Bit
      {Place::kTop, "_appname", Field::kProgram, 6},  // Vector
      {Place::kTop, "_app_name", Field::kProgram, 6},
      {Place::kTop, "application_name", Field::kProgram, 6},  // Graylog
      {Place::kTop, "_application_name", Field::kProgram, 6},
      {Place::kTop, "program", Field::kProgram, 7},
      {Place::kTop, "process", Field::kNothing, 0, Place::kProcess},
      {Place::kProcess, "program", Field::kProgram, 8},
      {Place::kTop, "process.name", Field::kProgram, 9},
      {Place::kProcess, "name", Field::kProgram, 9},
      {Place::kTop, "app-name", Field::kProgram, 10},
      {Place::kTop, "programname", Field::kProgram, 11},
      {Place::kTop, "tag", Field::kTag, 0},

      {Place::kTop, "SYSLOG_PID", Field::kPid, 0},
      {Place::kTop, "pid", Field::kPid, 1},
      {Place::kTop, "PID", Field::kPid, 2},
      {Place::kTop, "procid", Field::kPid, 3},
      {Place::kLogSyslog, "procid", Field::kPid, 4},
      {Place::kTop, "log.syslog.procid", Field::kPid, 4},
      {Place::kTop, "_pid", Field::kPid, 4},
      {Place::kTop, "_procid", Field::kPid, 4},
      {Place::kTop, "process_id", Field::kPid, 4},
      {Place::kTop, "_process_id", Field::kPid, 4},
      {Place::kProcess, "pid", Field::kPid, 5},
      {Place::kTop, "process.pid", Field::kPid, 5},
      {Place::kTop, "_PID", Field::kPid, 6},

      {Place::kLog, "syslog", Field::kNothing, 0, Place::kLogSyslog},

      {Place::kTop, "time", Field::kTime, 0},
      {Place::kTop, "timestamp", Field::kTime, 1},
      {Place::kTop, "timereported", Field::kTime, 2},
      {Place::kTop, "ISODATE", Field::kTime, 3},
      {Place::kTop, "_SOURCE_REALTIME_TIMESTAMP", Field::kTime, 4},
      {Place::kTop, "__REALTIME_TIMESTAMP", Field::kTime, 5},
      {Place::kTop, "@timestamp", Field::kTime, 6},
      {Place::kTop, "date", Field::kTime, 7},
      {Place::kTop, "DATE", Field::kTime, 8},
      {Place::kTop, "ts", Field::kTime, 9},
      {Place::kTop, "timegenerated", Field::kTime, 10},
  });
  std::sort(keys.begin(), keys.end(),
            [](const DocumentKey& a, const DocumentKey& b) {
              return a.name.size() < b.name.size();
            });
  return keys;
}();

constexpr std::size_t kLongest = kKeys.back().name.size();

// kBySize[n]: the first key of n octets or more.
constexpr auto kBySize = [] {
  std::array<std::uint8_t, kLongest + 2> begins{};
  for (std::size_t size = 0; size < begins.size(); ++size) {
    std::uint8_t i = 0;
    while (i < kKeys.size() && kKeys[i].name.size() < size) ++i;
    begins[size] = i;
  }
  return begins;
}();

}  // namespace

const DocumentKey* FindDocumentKey(DocumentPlace in,
                                   std::string_view name) noexcept {
  if (name.empty() || name.size() > kLongest) return nullptr;
  const std::size_t end = kBySize[name.size() + 1];
  for (std::size_t i = kBySize[name.size()]; i < end; ++i) {
    const DocumentKey& key = kKeys[i];
    if (key.in == in && key.name.front() == name.front() && key.name == name) {
      return &key;
    }
  }
  return nullptr;
}

}  // namespace ricochet
