#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "decode/document.h"
#include "decode/event_time.h"
#include "decode/framer.h"
#include "decode/line_splitter.h"
#include "decode/syslog.h"
#include "ricochet/fate.h"
#include "ricochet/log_line.h"
#include "ricochet/record.h"

namespace ricochet {

struct DecodeOptions {
  // JSON pointer (RFC 6901) of a document's log text; empty: under one of the
  // usual names (message, MESSAGE, log, ...).
  std::string text_pointer = {};
  std::optional<int> year = {};  // of stamps without one
  std::chrono::minutes zone{0};  // UTC offset of stamps without one
  // By how much a line's stamp may be later than its record (EventClock).
  std::chrono::minutes slack{0};
  // Octets; a longer line is Reject::kOversize. So is a document of more than
  // 16 times as many.
  std::size_t max_line = 64 * 1024;
};

// Turns records into lines: takes batches and JSON documents apart, reads
// syslog headers, finds the time.
// Every line of a record comes out exactly once, with `index` counting them.
// Owned by one worker and used for all its records; not thread-safe.
// Views in a line point into the record or into the decoder and die at the
// next Next() or Start(). Allocates only to grow its buffers.
class Decoder {
 public:
  enum class Status : std::uint8_t {
    kLine,
    kEmpty,     // a blank line
    kRejected,  // line.raw are the bytes; reject() and error() say why
    kEnd,
  };

  explicit Decoder(DecodeOptions options);

  // The record's bytes must outlive the Next() calls.
  void Start(const Record& record) noexcept;
  Status Next(LogLine& line);

  // Sets a line's time to what `stamp` says, which the line's format found in
  // its text; leaves it when that is no stamp.
  void SetTime(std::string_view stamp, LogLine& line) noexcept;

  // Of the last kRejected. The error is a few words without any input in it.
  [[nodiscard]] Reject reject() const noexcept { return reject_; }
  [[nodiscard]] std::string_view error() const noexcept { return error_; }

 private:
  Status NextPiece(LogLine& line);
  bool OpenDocument(Framer::Piece& piece);
  void CloseDocument() noexcept;
  Status DecodeText(std::string_view text, LogLine& line) noexcept;
  Status DecodeWhole(std::string_view json, LogLine& line) noexcept;
  Status RejectLine(Reject reject, std::string_view error) noexcept;

  DecodeOptions options_;
  DocumentReader documents_;
  SyslogReader syslog_;
  EventClock clock_;

  std::string_view key_host_;  // the record's key, if it may be a host
  Framer framer_;
  std::uint32_t index_ = 0;

  // The document whose text is being cut into lines; all empty between plain
  // lines.
  Document document_;
  std::string_view document_raw_;
  LineSplitter document_lines_;
  bool in_document_ = false;

  Reject reject_ = Reject::kDecode;
  std::string_view error_;
};

}  // namespace ricochet
