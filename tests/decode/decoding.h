#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/decoder.h"

namespace ricochet {

inline EventTime Utc(int year, unsigned month, unsigned day, int hour = 0,
                     int minute = 0, int second = 0, int millis = 0) {
  return std::chrono::sys_days{std::chrono::year{year} /
                               static_cast<int>(month) /
                               static_cast<int>(day)} +
         std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + std::chrono::milliseconds{millis};
}

// "2026-11-21T19:36:16.512Z"; "-": no time.
inline std::string Show(EventTime time) {
  if (time == kNoTime) return "-";
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto millis = static_cast<int>((time - day).count());
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), millis / 3'600'000,
                millis / 60'000 % 60, millis / 1000 % 60, millis % 1000);
  return text;
}

inline std::string Show(TimeQuality quality) {
  switch (quality) {
    case TimeQuality::kExact:
      return "exact";
    case TimeQuality::kInferred:
      return "inferred";
    case TimeQuality::kClamped:
      return "clamped";
    case TimeQuality::kUnknown:
      return "unknown";
  }
  return "?";
}

// A decoded line that owns its strings.
struct Decoded {
  Decoder::Status status;
  std::string host, program, text, raw, error;
  std::uint32_t pid = 0;
  std::uint32_t index = 0;
  Reject reject = Reject::kDecode;
  EventTime time;
  TimeQuality quality;
  bool document = false;

  // "mx1 postfix/smtp[2345] text", "EMPTY" or "decode: no text field".
  [[nodiscard]] std::string Show() const {
    if (status == Decoder::Status::kEmpty) return "EMPTY";
    if (status == Decoder::Status::kRejected) {
      return std::string(Name(reject)) + ": " + error;
    }
    return (host.empty() ? "-" : host) + " " +
           (program.empty() ? "-" : program) + "[" + std::to_string(pid) +
           "] " + text;
  }
  // "2026-11-21T19:36:16.512Z exact"
  [[nodiscard]] std::string When() const {
    return ricochet::Show(time) + " " + ricochet::Show(quality);
  }
};

// Decodes one record after another with the same decoder.
struct Decoding {
  explicit Decoding(DecodeOptions options = {}) : decoder(std::move(options)) {}

  std::vector<Decoded> All(std::string_view value) {
    Record record;
    record.value = value;
    record.key = key;
    record.time = record_time;
    decoder.Start(record);
    std::vector<Decoded> lines;
    LogLine line;
    for (;;) {
      const auto status = decoder.Next(line);
      if (status == Decoder::Status::kEnd) return lines;
      Decoded copy{status,
                   std::string(line.host),
                   std::string(line.program),
                   std::string(line.text),
                   std::string(line.raw),
                   {},
                   line.pid,
                   line.index,
                   Reject::kDecode,
                   line.time,
                   line.time_quality,
                   line.document};
      if (status == Decoder::Status::kRejected) {
        copy.error = decoder.error();
        copy.reject = decoder.reject();
      }
      lines.push_back(std::move(copy));
    }
  }

  std::vector<std::string> Show(std::string_view value) {
    std::vector<std::string> shown;
    for (const auto& line : All(value)) shown.push_back(line.Show());
    return shown;
  }

  // The only line of a record.
  Decoded One(std::string_view value) {
    auto lines = All(value);
    if (lines.size() == 1) return lines.front();
    Decoded none{};
    none.status = Decoder::Status::kEnd;
    none.text = std::to_string(lines.size()) + " lines";
    return none;
  }

  Decoder decoder;
  std::string key;
  EventTime record_time = Utc(2026, 11, 21, 19, 40);
};

}  // namespace ricochet
