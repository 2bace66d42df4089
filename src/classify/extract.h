#pragma once

#include <string>
#include <string_view>

#include "ricochet/smtp.h"

namespace ricochet {

// Takes a reply apart: reply code, enhanced code, and the text without them,
// with the lines of a multi-line reply joined.
// Owned by one worker.
// Does not allocate once its buffer has grown to the longest reply.
// Views in a response point into the reply or into the buffer; the latter die
// at the next Extract().
class Extractor {
 public:
  // Fills reply_code, enhanced_code and text.
  void Extract(std::string_view reply, SmtpResponse& response);

 private:
  // Joins "text 550-5.1.1 text 550 5.1.1 text" into buffer_.
  std::string_view Fold(std::string_view text, std::string_view reply_code);

  std::string buffer_;
};

}  // namespace ricochet
