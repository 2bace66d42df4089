#include "app/letter_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "publish/time_text.h"
#include "report/text.h"
#include "report/text_table.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

// Printable as they are, but for tabs and the newlines between them.
bool AreLines(std::string_view octets) {
  std::string shown = Printable(octets);
  // Printable() turns white space into blanks; other lengths are replacements.
  if (shown.size() != octets.size()) return false;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const char c = octets[i];
    if (shown[i] != c && c != '\t' && c != '\n') return false;
  }
  return true;
}

std::string HexLine(std::string_view octets, std::size_t at) {
  std::string hex;
  std::string ascii;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 8) hex += ' ';
    if (i >= octets.size()) {
      hex += "   ";
      continue;
    }
    const auto octet = static_cast<unsigned char>(octets[i]);
    hex += fmt::format("{:02x} ", octet);
    ascii += octet >= ' ' && octet < 0x7F ? octets[i] : '.';
  }
  return fmt::format("{:08x}  {} |{}|\n", at, hex, ascii);
}

}  // namespace

std::string LetterTable(const std::vector<StoredLetter>& letters,
                        const Screen& screen) {
  TextTable table(
      {{.title = "letter", .align = Align::kLeft},
       {.title = "time", .align = Align::kLeft},
       {.title = "from", .align = Align::kLeft},
       {.title = "reason", .align = Align::kLeft},
       {.title = "error", .align = Align::kLeft, .optional = true},
       {.title = "octets"},
       {.title = "begins with", .align = Align::kLeft, .elastic = true}});
  for (const auto& letter : letters) {
    const auto size =
        std::to_string(letter.size) + (letter.truncated ? " (cut)" : "");
    table.Row({{TextOf(letter.place)},
               {TextOf(letter.time).substr(0, 19)},
               {Printable(TextOf(letter.source))},
               {Printable(letter.reason)},
               {Printable(letter.error)},
               {size},
               {Printable(letter.value)}});
  }
  return table.Render(screen);
}

std::string LetterJson(const StoredLetter& letter) {
  const auto source = letter.source.partition < 0
                          ? Json{{"topic", letter.source.topic}}
                          : Json{{"topic", letter.source.topic},
                                 {"partition", letter.source.partition},
                                 {"offset", letter.source.offset}};
  const Json json = {{"partition", letter.place.partition},
                     {"offset", letter.place.offset},
                     {"time", TextOf(letter.time)},
                     {"reason", letter.reason},
                     {"error", letter.error},
                     {"source", source},
                     {"key", letter.key},
                     {"size", letter.size},
                     {"truncated", letter.truncated},
                     {"begins", letter.value}};
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string TallyText(const LetterList::Tally& tally) {
  std::vector<std::pair<std::uint64_t, std::string_view>> reasons;
  for (const auto& [reason, count] : tally.reasons) {
    reasons.emplace_back(count, reason);
  }
  std::ranges::stable_sort(reasons, std::ranges::greater(),
                           [](const auto& one) { return one.first; });
  auto text =
      fmt::format("{} dead letter{}", tally.all, tally.all == 1 ? "" : "s");
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    text +=
        fmt::format("{}{} {}", i == 0 ? ": " : ", ", reasons[i].first,
                    reasons[i].second.empty() ? "without a reason"
                                              : Printable(reasons[i].second));
  }
  return text;
}

std::string WholeLetter(const TopicRecord& record) {
  constexpr auto kRow = "{:<16}  {}\n";
  std::string text;
  const auto row = [&](std::string_view name, std::string_view value) {
    text += fmt::format(kRow, Printable(name), Printable(value));
  };
  row("letter", fmt::format("{}:{}", record.partition, record.offset));
  row("written", TextOf(record.time));
  row("key", record.key);
  row("octets", std::to_string(record.value.size()));
  for (const auto& [name, value] : record.headers) row(name, value);
  return text + "\n" + OctetsShown(record.value);
}

std::string OctetsShown(std::string_view octets) {
  if (octets.empty()) return {};
  if (AreLines(octets)) {
    return std::string(octets) + (octets.ends_with('\n') ? "" : "\n");
  }
  std::string text;
  for (std::size_t at = 0; at < octets.size(); at += 16) {
    text += HexLine(octets.substr(at, 16), at);
  }
  return text;
}

}  // namespace ricochet
