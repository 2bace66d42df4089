#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "decode/decoder.h"
#include "report/input.h"
#include "ricochet/result.h"
#include "ricochet/time.h"

namespace ricochet {

// A file of a report, opened, and where it goes in time.
struct ReportFile {
  std::unique_ptr<InputFile> input;
  InputFile::Block first_block;    // dies at the input's next Next()
  EventTime first_line = kNoTime;  // of the first line that has a time
  std::string error;               // empty: none so far
};

// Opens all files, and puts rotated logs into the order of time, however the
// shell sorted their names: a message's lines may be in two of them. One that
// cannot be opened is an error; one that cannot be read says so itself.
[[nodiscard]] Result<std::vector<ReportFile>> OpenReportFiles(
    const std::vector<std::string>& names, const DecodeOptions& options);

// DecodeOptions::slack of files: a log is read after its last line was written,
// but its stamps may be in a zone of their own. Only beyond a day is a time
// taken for a broken clock.
inline constexpr std::chrono::hours kZoneSlack{24};

}  // namespace ricochet
