#include "observe/low_priority.h"

#include <sys/resource.h>

namespace ricochet {
namespace {

constexpr int kNiceness = 15;  // about a thirtieth of a busy processor

}  // namespace

void LowerThreadPriority() noexcept {
  // On Linux, "this process" is the calling thread.
  setpriority(PRIO_PROCESS, 0, kNiceness);
}

}  // namespace ricochet
