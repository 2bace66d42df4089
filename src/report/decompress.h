#pragma once

#include <memory>
#include <string_view>

#include "report/byte_source.h"

namespace ricochet {

// The decompressed bytes of `file`, which must outlive the result: gzip
// (RFC 1952, any number of members, zero padding between and after them).
[[nodiscard]] std::unique_ptr<ByteSource> Gunzip(RawFile& file);
// The same for zstd (RFC 8878, any number of frames).
[[nodiscard]] std::unique_ptr<ByteSource> Unzstd(RawFile& file);

// By the first four bytes of a file; its name says nothing.
[[nodiscard]] bool IsGzip(std::string_view first_bytes) noexcept;
[[nodiscard]] bool IsZstd(std::string_view first_bytes) noexcept;

}  // namespace ricochet
