#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "report/byte_source.h"

namespace ricochet {

// The decompressed bytes of `file`, which must outlive the result: gzip
// (RFC 1952, any number of members, zero padding between and after them).
[[nodiscard]] std::unique_ptr<ByteSource> Gunzip(RawFile& file);
// The same for zstd (RFC 8878, any number of frames).
[[nodiscard]] std::unique_ptr<ByteSource> Unzstd(RawFile& file);

// Whose every Read() fails with what to do: `packer` is "xz" or "bzip2".
[[nodiscard]] std::unique_ptr<ByteSource> NotUnpacked(RawFile& file,
                                                      std::string packer);

// By the first four bytes of a file; its name says nothing.
[[nodiscard]] bool IsGzip(std::string_view first_bytes) noexcept;
[[nodiscard]] bool IsZstd(std::string_view first_bytes) noexcept;
[[nodiscard]] bool IsBzip2(std::string_view first_bytes) noexcept;
[[nodiscard]] bool IsXz(std::string_view first_bytes) noexcept;

}  // namespace ricochet
