#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "ricochet/smtp.h"

namespace ricochet {

// Writes a reply in the form that all replies of its kind share: addresses,
// IPs, host names, ids, times, URLs and numbers become placeholders such as
// {address}; codes, DNSBL names and vendor tags ([TSS04], (S3150), AS(201))
// stay.
//   550 5.1.1 <{address}>: Recipient address rejected: User unknown
//
// One pass over the octets, no regex. Owned by one worker; does not
// allocate. Looks at the first kTemplateLimit octets.
class TemplateMaker {
 public:
  static constexpr std::size_t kTemplateLimit = 2048;

  // Sets template_text (a view of this object's buffer, which dies at the next
  // Make()) and template_id, which is never 0, from the codes and the text.
  void Make(SmtpResponse& response);

  // The text of the last Make() as rules see it: addresses read "x@x", IP
  // addresses "0.0.0.0", host names "x.net", and numbers, times and ids "0", so
  // that no rule is fooled by <spam@example.org> and replies of one kind read
  // the same. Words, codes, DNSBL names, tags and URLs stay, but for the digits
  // in a URL, which read "0". Dies with the template.
  [[nodiscard]] std::string_view masked() const noexcept { return masked_; }

 private:
  // Room for any text: what stands for an octet is at most this long.
  static constexpr std::size_t kLongestPlaceholder = 16;
  static constexpr std::size_t kCapacity =
      kTemplateLimit * kLongestPlaceholder + 32;

  std::unique_ptr<char[]> template_ =
      std::make_unique_for_overwrite<char[]>(kCapacity);
  std::unique_ptr<char[]> masked_octets_ =
      std::make_unique_for_overwrite<char[]>(kCapacity);
  std::string_view masked_;
};

}  // namespace ricochet
