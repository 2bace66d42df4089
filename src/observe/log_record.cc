#include "observe/log_record.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

// Length of the printable UTF-8 sequence at the front of `text`, or 0.
std::size_t PrintableLength(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) >> 6) == 2; };
  const unsigned first = byte(0);
  if (first >= 0x20 && first < 0x7f) return 1;
  // U+0080-U+009F are control characters.
  if (first == 0xc2) return continues(1) && byte(1) >= 0xa0 ? 2 : 0;
  if (first > 0xc2 && first < 0xe0) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first < 0xf0) {
    if (first == 0xe0 && byte(1) < 0xa0) return 0;  // overlong
    if (first == 0xed && byte(1) > 0x9f) return 0;  // surrogate
    return continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first < 0xf5) {
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void AppendPrintable(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::size_t length = PrintableLength(text);
    if (length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
    } else {
      out.append(text.substr(0, length));
      text.remove_prefix(length);
    }
  }
}

// A field's value in text; quoted when it is not one plain word.
struct TextValue {
  std::string& out;

  void operator()(std::string_view value) const {
    if (!value.empty() &&
        value.find_first_of(" \"=\\") == std::string_view::npos) {
      return AppendPrintable(value, out);
    }
    std::string escaped;
    for (const char c : value) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    out += '"';
    AppendPrintable(escaped, out);
    out += '"';
  }
  void operator()(auto value) const { out += fmt::format("{}", value); }
};

std::string Rfc3339(std::chrono::system_clock::time_point time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (ms - seconds).count());
}

}  // namespace

std::string TextLine(const LogRecord& record) {
  std::string out(record.event);
  out += ": ";
  AppendPrintable(record.message, out);
  for (const Field& field : record.fields) {
    out.append(" ").append(field.name) += '=';
    std::visit(TextValue{out}, field.value);
  }
  if (record.suppressed > 0) {
    out += fmt::format(" suppressed={}", record.suppressed);
  }
  return out;
}

std::string JsonLine(const LogRecord& record) {
  Json json = {
      {"time", Rfc3339(record.time)},
      {"level", kLogLevelNames[static_cast<std::size_t>(record.level)]},
      {"event", record.event},
      {"message", record.message}};
  for (const Field& field : record.fields) {
    const std::string name(field.name);
    std::visit([&](auto value) { json[name] = value; }, field.value);
  }
  if (record.suppressed > 0) json["suppressed"] = record.suppressed;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ricochet
