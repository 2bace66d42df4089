#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "publish/copy.h"
#include "publish/event_id.h"
#include "publish/time_text.h"
#include "ricochet/smtp.h"

namespace ricochet {

// Appends one JSON document (RFC 8259) to a buffer that it keeps from document
// to document, so that it soon allocates no more.
//
// Whatever the bytes of a text, the document is valid: what is not UTF-8
// becomes U+FFFD. Names are literals without anything to escape; they are
// copied by moves of constant size, which is why what takes a name is a
// template. Balancing Begin and End is the caller's part.
// Owned by one encoder; not thread-safe.
class JsonWriter {
 public:
  // A literal, with the zero at its end.
  template <std::size_t N>
  using Literal = const char (&)[N];

  void Clear() noexcept {
    size_ = 0;
    comma_ = 0;
  }
  // Dies at the next call of anything.
  [[nodiscard]] std::string_view document() const noexcept {
    return {buffer_.data(), size_};
  }

  void BeginObject();  // the document, or an element of an array
  template <std::size_t N>
  void BeginObject(Literal<N> name) {
    Open(Name(name, 1), '{');
  }
  void EndObject() { Close('}'); }
  template <std::size_t N>
  void BeginArray(Literal<N> name) {
    Open(Name(name, 1), '[');
  }
  void EndArray() { Close(']'); }

  template <std::size_t N>
  void Text(Literal<N> name, std::string_view text) {
    Quote(Name(name, text.size() + kQuoteRoom), text);
  }
  // A text that is known to need no escape: a name of a closed list, digits.
  template <std::size_t N>
  void Plain(Literal<N> name, std::string_view text) {
    char* out = Name(name, text.size() + 2);
    *out++ = '"';
    out = Copy(out, text);
    *out++ = '"';
    End(out);
  }
  template <std::size_t N, std::integral T>
  void Number(Literal<N> name, T value) {
    char* const out = Name(name, kNumberRoom);
    End(std::to_chars(out, out + kNumberRoom, value).ptr);
  }
  // As few digits as give the same number back; null unless finite.
  template <std::size_t N, std::floating_point T>
  void Real(Literal<N> name, T value) {
    End(AppendReal(Name(name, kNumberRoom), value));
  }
  template <std::size_t N>
  void Flag(Literal<N> name, bool value) {
    End(Copy(Name(name, 5), value ? "true" : "false"));
  }
  template <std::size_t N>
  void Null(Literal<N> name) {
    End(Copy(Name(name, 4), "null"));
  }
  // Null when RFC 3339 cannot write it.
  template <std::size_t N>
  void Time(Literal<N> name, EventTime time) {
    const auto text = time_.Format(time);
    text.empty() ? Null(name) : Plain(name, text);
  }
  template <std::size_t N>
  void Id(Literal<N> name, EventId id) {
    End(AppendId(Name(name, kIdRoom), id));
  }
  // 16 digits.
  template <std::size_t N>
  void Hex(Literal<N> name, std::uint64_t value) {
    char* const out = Name(name, 18);
    out[0] = out[17] = '"';
    WriteHex(value, out + 1);
    End(out + 18);
  }
  // "5.1.1" (RFC 3463, section 2).
  template <std::size_t N>
  void Code(Literal<N> name, EnhancedCode code) {
    End(AppendCode(Name(name, kNumberRoom), code));
  }
  void IdElement(EventId id);  // of an array
  void RealElement(double value);

 private:
  static constexpr std::size_t kNumberRoom = 32;
  static constexpr std::size_t kQuoteRoom = 16;
  static constexpr std::size_t kIdRoom = 34;

  static char* AppendReal(char* out, double value);
  static char* AppendReal(char* out, float value);
  static char* AppendId(char* out, EventId id) noexcept;
  static char* AppendCode(char* out, EnhancedCode code) noexcept;

  // Makes room for `size` octets and returns where they go.
  char* Room(std::size_t size) {
    if (buffer_.size() - size_ < size) Grow(size);
    return buffer_.data() + size_;
  }
  void Grow(std::size_t size);
  // The document ends here for now, after a value.
  void End(const char* end) noexcept {
    size_ = static_cast<std::size_t>(end - buffer_.data());
    comma_ = 1;
  }
  // Writes `,"name":` and makes room for `size` more octets, which go where
  // the result points.
  template <std::size_t N>
  char* Name(Literal<N> name, std::size_t size) {
    char* out = Room(N + 3 + size);
    *out = ',';
    out += comma_;
    *out++ = '"';
    std::memcpy(out, name, N - 1);
    out += N - 1;
    *out++ = '"';
    *out++ = ':';
    return out;
  }
  void Open(char* out, char bracket) noexcept {
    *out++ = bracket;
    End(out);
    comma_ = 0;
  }
  void Close(char bracket);
  // Takes a place with room for the text and kQuoteRoom more.
  void Quote(char* out, std::string_view text);
  void Escape(std::string_view text);

  std::string buffer_;  // its first size_ octets are the document so far
  std::size_t size_ = 0;
  std::size_t comma_ = 0;  // 1: a value stands before the next one
  TimeText time_;
};

}  // namespace ricochet
