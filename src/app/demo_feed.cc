#include "app/demo_feed.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "decode/decoder.h"
#include "report/input.h"

namespace ricochet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSamples = "tests/data/samples";
constexpr std::size_t kStampSize = 15;  // "Nov 21 19:36:16"

std::vector<std::string> LogsIn(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".log") {
      files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<std::vector<ShippedLine>> ReadSamples(
    const std::vector<std::string>& files) {
  std::vector<ShippedLine> lines;
  for (const std::string& name : files) {
    auto input = InputFile::Open(name);
    if (!input) return tl::unexpected(std::move(input.error()));
    Decoder decoder({});
    for (;;) {
      const auto block = (*input)->Next();
      if (!block) return tl::unexpected(block.error());
      if (block->lines.empty()) break;
      const Record record{.value = block->lines};
      decoder.Start(record);
      LogLine line;
      for (auto status = decoder.Next(line); status != Decoder::Status::kEnd;
           status = decoder.Next(line)) {
        if (status == Decoder::Status::kEmpty) continue;
        lines.push_back({std::string(line.host), std::string(line.raw)});
      }
    }
  }
  return lines;
}

std::vector<std::string> FindSamples() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (const fs::path& root :
       {fs::path("."), program.parent_path() / ".." / ".."}) {
    auto files = LogsIn((root / kSamples).lexically_normal());
    if (!files.empty()) return files;
  }
  return {};
}

std::string Restamped(std::string_view line, EventTime now) {
  const bool stamped = line.size() > kStampSize && line[3] == ' ' &&
                       line[6] == ' ' && line[9] == ':' && line[12] == ':';
  if (!stamped) return std::string(line);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::tm civil = fmt::gmtime(seconds);
  return fmt::format("{:%b} {:2} {:%H:%M:%S}{}", civil, civil.tm_mday, civil,
                     line.substr(kStampSize));
}

std::string ToOthers(std::string line, int round) {
  constexpr std::string_view kTo = " to=<";
  const auto to = line.find(kTo);
  if (round == 0 || to == line.npos) return line;
  const auto at = line.find_first_of("@> ", to + kTo.size());
  if (at == line.npos || line[at] != '@') return line;
  line.insert(at, fmt::format(".{}", round));
  return line;
}

std::string RefusedByGmail(std::string_view line) {
  constexpr std::string_view kRelay = " relay=";
  constexpr std::string_view kSent = ", dsn=2.0.0, status=sent";
  const auto relay = line.find(kRelay);
  const auto sent = line.find(kSent);
  if (relay == line.npos || sent == line.npos) return std::string(line);
  const auto begin = relay + kRelay.size();
  const auto server = line.substr(begin, line.find(':', begin) - begin);
  if (server.find("google.com[") == server.npos) return std::string(line);
  return fmt::format(
      "{}, dsn=5.7.1, status=bounced (host {} said: 550 5.7.1 Our system has "
      "detected that this message is likely unsolicited mail. To reduce the "
      "amount of spam sent to Gmail, this message has been blocked. (in reply "
      "to end of DATA command))",
      line.substr(0, sent), server);
}

}  // namespace ricochet
