#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "decode/stamp.h"

namespace ricochet {

// What a shipper's JSON document says of a log line. Empty or zero: nothing.
struct Document {
  std::string_view text;  // one or more lines
  std::string_view host;
  std::string_view program;
  Stamp stamp;  // the best of its times: one with a year before one without
  std::uint32_t pid = 0;
};

// Is this a JSON pointer (RFC 6901) to something within a document?
[[nodiscard]] bool IsTextPointer(std::string_view pointer) noexcept;

// Reads JSON objects by simdjson, under the names that rsyslog, syslog-ng,
// journald, Filebeat, Logstash, Vector, Fluent Bit and Docker give to things.
// Values that we do not look at are checked for balance only.
// Owned by one thread. Copies what it reads into a buffer of its own, so views
// in a Document die at the next Read(). Allocates only to grow its buffers.
class DocumentReader {
 public:
  // `text_pointer` is where the text is, empty: under a usual name.
  explicit DocumentReader(std::string text_pointer);
  ~DocumentReader();
  DocumentReader(const DocumentReader&) = delete;
  DocumentReader& operator=(const DocumentReader&) = delete;

  // False: this is no JSON object with a text; error() says why.
  bool Read(std::string_view json, Document& document);

  // The last document was rejected for one thing only: there is no text in it.
  // What else it says has been read.
  [[nodiscard]] bool textless() const noexcept { return textless_; }

  // A string literal.
  [[nodiscard]] std::string_view error() const noexcept { return error_; }

 private:
  struct Parser;  // keeps simdjson out of this header

  std::unique_ptr<Parser> parser_;
  std::string text_pointer_;
  std::string_view error_;
  bool textless_ = false;
};

}  // namespace ricochet
