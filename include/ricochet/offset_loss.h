#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ricochet {

// Why a partition could not be gone on with as its last owner left it. A metric
// label.
enum class OffsetLoss : std::uint8_t {
  kDeleted,        // records were deleted before they were read
  kReplayDeleted,  // before they could be read again, to restore state
  kMetadata,       // another tool set the offset: what came with it is gone
};
inline constexpr std::array<std::string_view, 3> kOffsetLossNames = {
    "deleted", "replay_deleted", "metadata"};

}  // namespace ricochet
