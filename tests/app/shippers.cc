#include "app/shippers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/lab_truth.h"

namespace ricochet {
namespace {

// "Nov 21 19:38:09 mta postfix/smtp[12]: text", taken apart.
struct Parts {
  std::string stamp, host, program, pid, text;
};

Parts Split(const std::string& line) {
  Parts parts;
  parts.stamp = line.substr(0, 15);
  const auto host_end = line.find(' ', 16);
  parts.host = line.substr(16, host_end - 16);
  const auto open = line.find('[', host_end);
  const auto colon = line.find(": ", host_end);
  parts.program =
      line.substr(host_end + 1, std::min(open, colon) - host_end - 1);
  if (open < colon) {
    parts.pid = line.substr(open + 1, line.find(']', open) - open - 1);
  }
  parts.text = line.substr(colon + 2);
  return parts;
}

std::string Rfc3339(const std::string& stamp) {
  return "2026-11-" + stamp.substr(4, 2) + "T" + stamp.substr(7) + "+00:00";
}

nlohmann::json Fields(const std::string& line) {
  const Parts parts = Split(line);
  return {{"stamp", Rfc3339(parts.stamp)},
          {"host", parts.host},
          {"program", parts.program},
          {"pid", parts.pid},
          {"text", parts.text}};
}

// Logs are UTF-8; dumping must not fail on a line that is not.
std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

const std::map<std::string, Wrap>& ShipperWraps() {
  static const std::map<std::string, Wrap> wraps = {
      {"plain", [](const std::string& line) { return line; }},
      {"filebeat",
       [](const std::string& line) {
         return Dump({{"@timestamp", "2026-11-21T23:00:00.000Z"},
                      {"host", {{"name", "shipper"}}},
                      {"message", line}});
       }},
      {"fluent_bit_raw",
       [](const std::string& line) {
         return Dump({{"@timestamp", 1795289776.5}, {"log", line}});
       }},
      {"fluent_bit_parsed",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"@timestamp", f["stamp"]},
                      {"time", line.substr(0, 15)},
                      {"host", f["host"]},
                      {"ident", f["program"]},
                      {"pid", f["pid"]},
                      {"message", f["text"]}});
       }},
      {"vector_file",
       [](const std::string& line) {
         return Dump({{"file", "/var/log/mail.log"},
                      {"host", "shipper"},
                      {"message", line},
                      {"source_type", "file"},
                      {"timestamp", "2026-11-21T23:00:00.000Z"}});
       }},
      {"vector_syslog",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"appname", f["program"]},
                      {"hostname", f["host"]},
                      {"host", f["host"]},
                      {"message", f["text"]},
                      {"timestamp", f["stamp"]},
                      {"source_type", "syslog"}});
       }},
      {"journald",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"SYSLOG_IDENTIFIER", f["program"]},
                      {"SYSLOG_PID", f["pid"]},
                      {"host", f["host"]},
                      {"message", f["text"]},
                      {"timestamp", f["stamp"]}});
       }},
      {"rsyslog_jsonf",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"@timestamp", f["stamp"]},
                      {"host", f["host"]},
                      {"syslog-tag", f["program"].get<std::string>() + "[" +
                                         f["pid"].get<std::string>() + "]:"},
                      {"message", " " + f["text"].get<std::string>()}});
       }},
      {"rsyslog_rfc3339",
       [](const std::string& line) {
         return Rfc3339(line.substr(0, 15)) + line.substr(15);
       }},
      {"rsyslog_rfc5424",
       [](const std::string& line) {
         const Parts p = Split(line);
         return "<22>1 " + Rfc3339(p.stamp) + " " + p.host + " " + p.program +
                " " + (p.pid.empty() ? "-" : p.pid) + " - - " + p.text;
       }},
      {"syslog_ng_json",
       [](const std::string& line) {
         const auto f = Fields(line);
         return Dump({{"PROGRAM", f["program"]},
                      {"PID", f["pid"]},
                      {"MESSAGE", f["text"]},
                      {"HOST", f["host"]},
                      {"HOST_FROM", "vm"},
                      {"DATE", line.substr(0, 15)}});
       }},
  };
  return wraps;
}

std::vector<std::string> VerdictsOf(const Pipeline& pipeline) {
  std::vector<std::string> out;
  for (const SeenEvent& e : pipeline.events) {
    out.push_back(e.queue_id + " " + e.sender + ">" + e.recipient + " " +
                  NameOf(e.verdict.reason) + " " +
                  NameOf(e.verdict.last_reason) + " " +
                  std::to_string(e.time.time_since_epoch().count()));
  }
  return out;
}

}  // namespace ricochet
