# What we stand on; README.md says why each is here. All are in Debian 12.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(prometheus-cpp REQUIRED)

if(RICOCHET_RDKAFKA_PREFIX)
  set(ENV{PKG_CONFIG_PATH}
      "${RICOCHET_RDKAFKA_PREFIX}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
endif()
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka>=2.0.2)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(CLI11 REQUIRED IMPORTED_TARGET CLI11)
pkg_check_modules(libidn2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)

find_path(EXPECTED_INCLUDE tl/expected.hpp REQUIRED)
find_path(NLOHMANN_INCLUDE nlohmann/json.hpp REQUIRED)

add_library(ricochet_dependencies INTERFACE)
target_include_directories(ricochet_dependencies SYSTEM INTERFACE
  ${EXPECTED_INCLUDE} ${NLOHMANN_INCLUDE})
target_link_libraries(ricochet_dependencies INTERFACE
  PkgConfig::rdkafka PkgConfig::re2 PkgConfig::zstd PkgConfig::xxhash
  PkgConfig::tomlplusplus PkgConfig::CLI11 PkgConfig::httplib
  PkgConfig::libidn2
  absl::btree absl::flat_hash_map absl::flat_hash_set absl::hash
  absl::inlined_vector absl::strings
  fmt::fmt spdlog::spdlog simdjson::simdjson
  prometheus-cpp::core ZLIB::ZLIB OpenSSL::SSL OpenSSL::Crypto
  Threads::Threads)

# RE2 has no version macro; its library's file name has its ABI version.
find_library(RE2_LIBRARY re2 REQUIRED)
file(REAL_PATH ${RE2_LIBRARY} RE2_FILE)
string(REGEX MATCH "[0-9][0-9.]*$" RE2_VERSION ${RE2_FILE})
