#pragma once

#include <string>
#include <string_view>

namespace ricochet {

// Walks the members of one JSON object (RFC 8259) that is known to be well
// formed, or nearly: on anything else it ends early. Values of other kinds are
// passed over by their brackets. Views point into the text.
class JsonMembers {
 public:
  explicit JsonMembers(std::string_view object) noexcept;

  // False: there is no other member.
  bool Next() noexcept;

  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  // A string without its quotes, its escapes as they are; or a number, an
  // object, "null" as written.
  [[nodiscard]] std::string_view value() const noexcept { return value_; }
  [[nodiscard]] bool is_string() const noexcept { return is_string_; }

 private:
  bool TakeString(std::string_view& text) noexcept;
  void SkipBlanks() noexcept;
  bool TakeOther() noexcept;

  std::string_view rest_;
  std::string_view key_;
  std::string_view value_;
  bool is_string_ = false;
};

// Appends a string's text to `out`, its escapes resolved: never longer than it.
// A view of what was appended, or `text` itself where there are no escapes.
// The caller has reserved room, if earlier views are to stay valid.
[[nodiscard]] std::string_view ResolveJsonEscapes(std::string_view text,
                                                  std::string& out);

}  // namespace ricochet
