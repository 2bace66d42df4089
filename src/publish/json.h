#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "publish/event_id.h"
#include "publish/time_text.h"
#include "ricochet/smtp.h"

namespace ricochet {

// Appends one JSON document (RFC 8259) to a buffer that it keeps from document
// to document, so that it soon allocates no more.
//
// Whatever the bytes of a text, the document is valid: what is not UTF-8
// becomes U+FFFD. Names are written as they are, and so must be literals
// without anything to escape. Balancing Begin and End is the caller's part.
// Owned by one encoder; not thread-safe.
class JsonWriter {
 public:
  void Clear() noexcept {
    size_ = 0;
    comma_ = false;
  }
  // Dies at the next call of anything.
  [[nodiscard]] std::string_view document() const noexcept {
    return {buffer_.data(), size_};
  }

  void BeginObject();  // the document, or an element of an array
  void BeginObject(std::string_view name) {
    Name(name);
    Open('{');
  }
  void EndObject() { Close('}'); }
  void BeginArray(std::string_view name) {
    Name(name);
    Open('[');
  }
  void EndArray() { Close(']'); }

  void Text(std::string_view name, std::string_view text) {
    Name(name);
    Quote(text);
  }
  // A text that is known to need no escape: a name of a closed list, digits.
  void Plain(std::string_view name, std::string_view text);
  template <std::integral T>
  void Number(std::string_view name, T value) {
    Name(name);
    char* const out = Room(kNumberRoom);
    size_ = Offset(std::to_chars(out, out + kNumberRoom, value).ptr);
  }
  // As few digits as give the same number back; null unless finite.
  void Real(std::string_view name, double value);
  void Real(std::string_view name, float value);
  void Flag(std::string_view name, bool value) { Word(name, Spell(value)); }
  void Null(std::string_view name) { Word(name, "null"); }
  // Null when RFC 3339 cannot write it.
  void Time(std::string_view name, EventTime time);
  void Id(std::string_view name, EventId id);
  void Hex(std::string_view name, std::uint64_t value);  // 16 digits
  void Code(std::string_view name, EnhancedCode code);   // "5.1.1"
  void IdElement(EventId id);                            // of an array

 private:
  static constexpr std::size_t kNumberRoom = 32;

  static std::string_view Spell(bool value) noexcept {
    return value ? "true" : "false";
  }
  // Makes room for `size` octets and returns where they go.
  char* Room(std::size_t size) {
    if (buffer_.size() - size_ < size) Grow(size);
    return buffer_.data() + size_;
  }
  void Grow(std::size_t size);
  [[nodiscard]] std::size_t Offset(const char* at) const noexcept {
    return static_cast<std::size_t>(at - buffer_.data());
  }
  void Open(char bracket);
  void Close(char bracket);
  // Separates a member or element from the one before it, and notes that now
  // there is one.
  void Comma(char*& out) noexcept {
    if (comma_) *out++ = ',';
    comma_ = true;
  }
  void Name(std::string_view name);
  void Word(std::string_view name, std::string_view word);
  void Quote(std::string_view text);
  void Escape(std::string_view text);

  std::string buffer_;  // its first size_ octets are the document so far
  std::size_t size_ = 0;
  bool comma_ = false;  // a value stands before the next one
  TimeText time_;
};

}  // namespace ricochet
