#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/cloud_event.h"
#include "ricochet/event.h"
#include "ricochet/output.h"

namespace ricochet {

// Makes records for mail.dead-letters: the value is the original bytes, what
// is known about them goes into headers (dead-letter-headers.schema.json).
// Owned by one worker; not thread-safe.
class DeadLetterEncoder {
 public:
  // As in EncoderOptions.
  DeadLetterEncoder(std::string_view ce_source,
                    std::span<const std::string> topics);

  // Dies at the next call, or with the letter. Its key is that of the record,
  // so that sending it again needs nothing else.
  [[nodiscard]] OutputRecord ToRecord(const DeadLetter& letter);

 private:
  std::vector<std::string> topics_;
  std::vector<std::string> sources_;
  CloudEventHeaders headers_;
  std::array<char, 16> partition_{};
  std::array<char, 24> offset_{};
};

}  // namespace ricochet
