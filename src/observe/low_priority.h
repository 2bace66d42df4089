#pragma once

namespace ricochet {

// Gives the calling thread a low priority: it never takes the processor from
// who works on mail.
void LowerThreadPriority() noexcept;

}  // namespace ricochet
