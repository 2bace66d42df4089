#include "classify/rule_regex.h"

namespace ricochet {

RE2::Options RuleRegexOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(false);
  options.set_dot_nl(true);
  // Octets, not UTF-8: replies are not always UTF-8, and the automata are a
  // fraction of the size. Letters beyond ASCII match as they are written.
  options.set_encoding(RE2::Options::EncodingLatin1);
  return options;
}

}  // namespace ricochet
