#include "app/report_files.h"

#include <algorithm>
#include <utility>

namespace ricochet {
namespace {

// The time of the first line that has one.
EventTime FirstTime(const ReportFile& file, const DecodeOptions& options) {
  Decoder decoder(options);
  const Record record{.value = file.first_block.lines,
                      .time = file.input->modified()};
  decoder.Start(record);
  LogLine line;
  for (int lines = 0; lines < 100; ++lines) {
    const auto status = decoder.Next(line);
    if (status == Decoder::Status::kEnd) break;
    if (status == Decoder::Status::kLine &&
        line.time_quality != TimeQuality::kUnknown) {
      return line.time;
    }
  }
  return kNoTime;
}

}  // namespace

Result<std::vector<ReportFile>> OpenReportFiles(
    const std::vector<std::string>& names, const DecodeOptions& options) {
  std::vector<ReportFile> files;
  for (const std::string& name : names) {
    auto input = InputFile::Open(name);
    if (!input) return tl::unexpected(std::move(input.error()));
    ReportFile& file = files.emplace_back();
    file.input = std::move(*input);
    auto block = file.input->Next();
    if (block) {
      file.first_block = *block;
      file.first_line = FirstTime(file, options);
    } else {
      file.error = block.error().message;
    }
  }
  std::ranges::stable_sort(files, {}, &ReportFile::first_line);
  return files;
}

}  // namespace ricochet
