#pragma once

namespace ricochet {

// Begin to fetch the cache line at `at`, to be read or to be written to.
//
// To be used instead of the builtin: GCC 12 takes a function that does nothing
// else for one without an effect and leaves its calls out. The empty assembly
// is an effect. A function that calls another library's prefetch needs
// [[gnu::flatten]] and such an assembly of its own.
inline void Prefetch(const void* at) noexcept {
  __builtin_prefetch(at);
  asm volatile("" : : "r"(at));
}
inline void PrefetchToWrite(const void* at) noexcept {
  __builtin_prefetch(at, 1);
  asm volatile("" : : "r"(at));
}

}  // namespace ricochet
