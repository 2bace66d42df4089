#include "report/decompress.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ricochet {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;

// Reads compressed bytes from a file into a buffer and keeps an error until
// everything decoded before it was handed over.
class Decompressor : public ByteSource {
 public:
  explicit Decompressor(RawFile& file) : file_(file), input_(kReadSize) {}

  Result<std::size_t> Read(std::span<char> buffer) final {
    std::size_t size = 0;
    while (size < buffer.size() && !ended_) {
      if (unread_.empty() && !pending_ && !Refill()) break;
      const auto rest = buffer.subspan(size);
      const std::size_t decoded = Decode(rest);
      pending_ = decoded == rest.size();
      size += decoded;
    }
    if (size == 0 && error_) return Fail(*error_);
    return size;
  }

 protected:
  // Takes bytes off the front of `unread_` and returns the number of bytes
  // written to `out`; may call Stop(). `unread_` is empty when only what an
  // earlier `out` had no room for is wanted.
  virtual std::size_t Decode(std::span<char> out) = 0;
  // May the file end here?
  [[nodiscard]] virtual bool Complete() const = 0;

  void Stop(std::string_view what) {
    error_ = file_.Failure(what);
    ended_ = true;
  }

  std::span<const char> unread_;

 private:
  bool Refill() {
    auto size = file_.Read(input_);
    if (!size) {
      error_ = std::move(size.error());
    } else if (*size == 0 && !Complete()) {
      error_ = file_.Failure("the compressed file is truncated");
    }
    ended_ = error_.has_value() || *size == 0;
    if (!ended_) unread_ = std::span(input_).first(*size);
    return !ended_;
  }

  RawFile& file_;
  std::vector<char> input_;
  std::optional<Error> error_;
  bool pending_ = false;  // the decoder may hold decoded bytes
  bool ended_ = false;
};

class GzipSource final : public Decompressor {
 public:
  explicit GzipSource(RawFile& file) : Decompressor(file) {
    // 15: the largest window; + 16: gzip header and checksum.
    [[maybe_unused]] const int code = inflateInit2(&stream_, 15 + 16);
    assert(code == Z_OK);
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

 private:
  std::size_t Decode(std::span<char> out) override {
    if (!in_member_ && !StartMember()) return 0;
    // zlib's interface predates const.
    stream_.next_in =
        reinterpret_cast<Bytef*>(const_cast<char*>(unread_.data()));
    stream_.avail_in = static_cast<uInt>(unread_.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    const auto room = static_cast<uInt>(std::min(out.size(), kMaxOut));
    stream_.avail_out = room;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    unread_ = unread_.last(stream_.avail_in);
    if (code == Z_STREAM_END) {
      in_member_ = false;
      ++members_;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      Stop(stream_.msg != nullptr
               ? "corrupt gzip data: " + std::string(stream_.msg)
               : "corrupt gzip data");
    }
    return room - stream_.avail_out;
  }

  bool Complete() const override { return !in_member_; }

  // Skips the padding that tar and tapes add; true at the next member.
  bool StartMember() {
    const auto begin = std::find_if(unread_.begin(), unread_.end(),
                                    [](char c) { return c != '\0'; });
    unread_ = std::span(begin, unread_.end());
    if (unread_.empty()) return false;
    if (members_ > 0 && unread_.front() != '\x1f') {
      Stop("what follows the compressed data is not gzip");
      return false;
    }
    inflateReset(&stream_);
    in_member_ = true;
    return true;
  }

  static constexpr std::size_t kMaxOut = 1U << 30U;
  z_stream stream_ = {};
  bool in_member_ = false;
  std::size_t members_ = 0;
};

class ZstdSource final : public Decompressor {
 public:
  explicit ZstdSource(RawFile& file)
      : Decompressor(file), stream_(ZSTD_createDStream(), ZSTD_freeDStream) {
    assert(stream_ != nullptr);
  }

 private:
  std::size_t Decode(std::span<char> out) override {
    if (at_frame_end_ && unread_.empty()) return 0;
    ZSTD_inBuffer input = {unread_.data(), unread_.size(), 0};
    ZSTD_outBuffer output = {out.data(), out.size(), 0};
    const std::size_t code =
        ZSTD_decompressStream(stream_.get(), &output, &input);
    unread_ = unread_.subspan(input.pos);
    if (ZSTD_isError(code) != 0) {
      Stop(std::string("corrupt zstd data: ") + ZSTD_getErrorName(code));
    }
    at_frame_end_ = code == 0;
    return output.pos;
  }

  bool Complete() const override { return at_frame_end_; }

  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  bool at_frame_end_ = false;
};

class NotUnpackedSource final : public ByteSource {
 public:
  NotUnpackedSource(const RawFile& file, std::string packer)
      : file_(file), packer_(std::move(packer)) {}

  Result<std::size_t> Read(std::span<char> /*buffer*/) override {
    return Fail(file_.Failure("is compressed by " + packer_ + "; try '" +
                              packer_ + " -dc FILE | ricochet report'"));
  }

 private:
  const RawFile& file_;
  std::string packer_;
};

}  // namespace

std::unique_ptr<ByteSource> Gunzip(RawFile& file) {
  return std::make_unique<GzipSource>(file);
}

std::unique_ptr<ByteSource> Unzstd(RawFile& file) {
  return std::make_unique<ZstdSource>(file);
}

std::unique_ptr<ByteSource> NotUnpacked(RawFile& file, std::string packer) {
  return std::make_unique<NotUnpackedSource>(file, std::move(packer));
}

bool IsGzip(std::string_view first_bytes) noexcept {
  return first_bytes.starts_with("\x1f\x8b\x08");
}

bool IsZstd(std::string_view first_bytes) noexcept {
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) return true;
  // A skippable frame (RFC 8878, section 3.1.2), as pzstd writes first.
  return first_bytes.size() >= 4 &&
         (static_cast<unsigned char>(first_bytes[0]) & 0xF0U) == 0x50 &&
         first_bytes.substr(1).starts_with("\x2a\x4d\x18");
}

bool IsBzip2(std::string_view first_bytes) noexcept {
  return first_bytes.size() >= 4 && first_bytes.starts_with("BZh") &&
         first_bytes[3] >= '1' && first_bytes[3] <= '9';
}

bool IsXz(std::string_view first_bytes) noexcept {
  return first_bytes.starts_with("\xfd\x37\x7a\x58");
}

}  // namespace ricochet
