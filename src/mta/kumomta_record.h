#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "ricochet/smtp.h"

namespace ricochet {

// What a KumoMTA log record says, under its own names. Empty, or -1: nothing.
struct KumoMtaRecord {
  std::string_view type;
  std::string_view id;
  std::string_view nodeid;
  std::string_view sender;
  bool has_sender = false;
  std::string_view recipient;   // the first, where it is a list
  std::string_view message_id;  // of headers, where that header is logged
  std::string_view reception_protocol;
  std::string_view delivery_protocol;
  std::string_view egress_pool;
  std::string_view egress_source;
  std::string_view peer_name;
  std::string_view peer_addr;
  std::string_view content;  // of response
  std::string_view command;
  std::int64_t code = -1;
  EnhancedCode enhanced_code;
  std::string_view event_time;  // RFC 3339; newer versions
  std::string_view timestamp;   // seconds since 1970, as text
  std::string_view created;
  std::int64_t size = -1;
  std::int64_t num_attempts = -1;
  // Of feedback_report, an ARF mail's (RFC 5965).
  std::string_view feedback_type;     // "abuse"
  std::string_view complainer;        // whom KumoMTA's own trace header names
  std::string_view original_rcpt_to;  // the first
  std::string_view original_mail_from;
};

// Reads log records by simdjson. Values that are not looked at are checked for
// balance only. Owned by one thread. Copies what it reads into buffers of its
// own, so views in a record die at the next Read(). Allocates only to grow.
class KumoMtaReader {
 public:
  KumoMtaReader();
  ~KumoMtaReader();
  KumoMtaReader(const KumoMtaReader&) = delete;
  KumoMtaReader& operator=(const KumoMtaReader&) = delete;

  // Each recipient of a list behind the first is appended to `more`, with a NUL
  // behind it. False: this is no JSON object, or a field is not what it should
  // be.
  [[nodiscard]] bool Read(std::string_view json, KumoMtaRecord& record,
                          std::string& more);

 private:
  struct Parser;  // keeps simdjson out of this header

  std::unique_ptr<Parser> parser_;
};

}  // namespace ricochet
