#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ricochet/smtp.h"

namespace re2 {
class RE2;
}

namespace ricochet {

// Takes a reply apart: reply code, enhanced code, and the text without them,
// with the lines of a multi-line reply joined.
// Owned by one worker: RE2 objects are never shared between threads.
// Does not allocate once its buffer has grown to the longest reply.
// Views in a response point into the reply or into the buffer; the latter die
// at the next Extract().
class Extractor {
 public:
  Extractor();
  ~Extractor();
  Extractor(const Extractor&) = delete;
  Extractor& operator=(const Extractor&) = delete;

  // Fills reply_code, enhanced_code and text.
  void Extract(std::string_view reply, SmtpResponse& response);

 private:
  // Joins "text 550-5.1.1 text 550 5.1.1 text" into buffer_.
  std::string_view Fold(std::string_view text, std::string_view reply_code);

  std::unique_ptr<re2::RE2> prefix_;
  std::string buffer_;
};

}  // namespace ricochet
