# The headers that most files reach, parsed once, in the programs that
# RICOCHET_PRECOMPILE names: "tests" (the preset release) or "all" (asan). Not
# all of release: a file that forgot an #include compiles only where it is on,
# so scripts/test, which builds both, still finds that file in src.
set(RICOCHET_PRECOMPILE "" CACHE STRING
  "Precompile the headers most files include: all, tests; empty: nowhere")

# Few on purpose: a larger precompiled header costs every file more to load than
# it saves. None whose meaning depends on a macro of the file (xxhash.h).
set(RICOCHET_COMMON_HEADERS
  <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <span>
  <sstream> <string> <string_view> <vector> <fmt/format.h> <tl/expected.hpp>)

# What ccache must be told before it caches files that load such a header.
if(RICOCHET_PRECOMPILE AND CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

# Precompiles the common headers, and HEADERS after them, for `target`.
function(ricochet_precompile target)
  target_precompile_headers(${target} PRIVATE
    ${RICOCHET_COMMON_HEADERS} ${ARGN})
endfunction()
