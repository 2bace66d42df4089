#pragma once

#include <span>

#include "app/report.h"
#include "app/report_files.h"
#include "ricochet/result.h"

namespace ricochet {

// Refuses (kUsage) files to write of which one is an input, another of them, or
// where standard output goes: by device and inode, so links are seen through.
// To be called before any of them is created. Devices and pipes may be shared.
[[nodiscard]] Result<void> CheckOutputs(const ReportOptions& options,
                                        std::span<const ReportFile> inputs);

}  // namespace ricochet
