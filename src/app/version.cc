#include "app/version.h"

#include <fmt/core.h>
#include <librdkafka/rdkafka.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#define RICOCHET_TEXT_OF(token) #token
#define RICOCHET_TEXT(macro) RICOCHET_TEXT_OF(macro)

namespace ricochet {
namespace {

#ifdef NDEBUG
constexpr std::string_view kAssertions = "off";
#else
constexpr std::string_view kAssertions = "on";
#endif

}  // namespace

BuildInfo ThisBuild() {
  return {.version = RICOCHET_VERSION,
          .compiler = "GCC " __VERSION__,
          .librdkafka = rd_kafka_version_str(),
          .re2 = RICOCHET_RE2_VERSION};
}

std::string VersionText() {
  const BuildInfo build = ThisBuild();
  return fmt::format(
      "ricochet {} ({}, assertions {})\n"
      "librdkafka {}, RE2 {}, simdjson {}, xxHash {}.{}.{}, zlib {}, "
      "zstd {}, {}",
      build.version, build.compiler, kAssertions, build.librdkafka, build.re2,
      RICOCHET_TEXT(SIMDJSON_VERSION), XXH_VERSION_MAJOR, XXH_VERSION_MINOR,
      XXH_VERSION_RELEASE, zlibVersion(), ZSTD_versionString(),
      OpenSSL_version(OPENSSL_VERSION));
}

}  // namespace ricochet
