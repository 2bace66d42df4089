#pragma once

#include <array>
#include <string>
#include <string_view>

#include "ricochet/output.h"
#include "ricochet/record.h"

namespace ricochet {

// A record that the broker would not take the outputs of, on its way to
// mail.dead-letters: its bytes, cut to at most `value_bytes`, with headers
// that say why and where it came from. Points into `record` and `topic`, which
// must outlive it.
class RejectedRecord {
 public:
  RejectedRecord(const Record& record, std::string_view topic,
                 std::string_view error, std::size_t value_bytes);
  RejectedRecord(const RejectedRecord&) = delete;
  RejectedRecord& operator=(const RejectedRecord&) = delete;

  [[nodiscard]] OutputRecord output() const;

 private:
  std::string_view key_;
  std::string_view value_;
  std::string error_;
  std::string partition_;
  std::string offset_;
  std::array<Header, 6> headers_;
  std::size_t header_count_ = 5;
};

}  // namespace ricochet
