# How our own code is compiled: C++20. GCC's warnings are errors; Clang, which
# fuzzes, has others in every version.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(ricochet_compiler INTERFACE)
target_compile_options(ricochet_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:GNU>:-Werror>
  -Wno-missing-field-initializers  # designated initializers leave the rest default
  -fno-omit-frame-pointer)

if(RICOCHET_SANITIZE)
  target_compile_options(ricochet_compiler INTERFACE
    -fsanitize=${RICOCHET_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(ricochet_compiler INTERFACE
    -fsanitize=${RICOCHET_SANITIZE})
  # GCC 12 reports uninitialized reads inside the standard library and Abseil
  # when sanitizers change its inlining.
  target_compile_options(ricochet_compiler INTERFACE -Wno-maybe-uninitialized)
endif()

if(RICOCHET_TIDY)
  find_program(CLANG_TIDY NAMES clang-tidy-14 clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${CLANG_TIDY} --quiet)
endif()
