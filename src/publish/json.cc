#include "publish/json.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "publish/utf8.h"

namespace ricochet {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;

// Not zero if any of the 8 octets of `word` may not be copied as it is: a
// control character, a quote, a backslash, or not ASCII. (Subtracting borrows
// into the next octet only where there is something to be found.)
constexpr std::uint64_t Special(std::uint64_t word) noexcept {
  const auto quote = word ^ (kOnes * '"');
  const auto backslash = word ^ (kOnes * '\\');
  return ((word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes) |
          word) &
         (kOnes * 0x80);
}

constexpr bool IsSpecial(char c) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet >= 0x80 || c == '"' || c == '\\';
}

// How many octets at the front of `text` can be copied as they are.
std::size_t PlainPrefix(std::string_view text) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if (Special(word) != 0) break;
  }
  while (i < text.size() && !IsSpecial(text[i])) ++i;
  return i;
}

char* Append(char* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// RFC 8259, section 7.
char* AppendEscaped(char* out, char c) noexcept {
  switch (c) {
    case '"':
      return Append(out, "\\\"");
    case '\\':
      return Append(out, "\\\\");
    case '\n':
      return Append(out, "\\n");
    case '\r':
      return Append(out, "\\r");
    case '\t':
      return Append(out, "\\t");
    default:
      out = Append(out, "\\u00");
      *out++ = static_cast<char>('0' + (c >> 4));
      *out++ = "0123456789abcdef"[c & 0xF];
      return out;
  }
}

// Writes `thousandths` / 1000.
char* AppendThousandths(char* out, char* end, std::int64_t thousandths) {
  auto fraction = static_cast<int>(thousandths % 1000);
  out = std::to_chars(out, end, thousandths / 1000).ptr;
  if (fraction == 0) return out;
  *out++ = '.';
  for (int unit = 100; fraction != 0; fraction %= unit, unit /= 10) {
    *out++ = static_cast<char>('0' + fraction / unit);
  }
  return out;
}

// Logs write delays with at most three decimals: those take the short way,
// four times as fast as the shortest round trip of any number. Only up to
// `limit`, below which a number of the type has no shorter spelling.
template <std::floating_point T>
char* AppendReal(char* out, char* end, T value, T limit) {
  if (value >= 0 && value < limit) {
    const auto scaled = static_cast<double>(value) * 1000;
    const auto thousandths = static_cast<std::int64_t>(scaled + 0.5);
    const auto back = static_cast<double>(thousandths) / 1000;
    if (static_cast<T>(back) == value && !std::signbit(value)) {
      return AppendThousandths(out, end, thousandths);
    }
  }
  if (!std::isfinite(value)) return Append(out, "null");
  return std::to_chars(out, end, value).ptr;
}

}  // namespace

void JsonWriter::Grow(std::size_t size) {
  buffer_.resize(std::max(2 * buffer_.size(), size_ + size + 1024));
}

void JsonWriter::BeginObject() {
  char* out = Room(1);
  Comma(out);
  size_ = Offset(out);
  Open('{');
}

void JsonWriter::Open(char bracket) {
  *Room(1) = bracket;
  ++size_;
  comma_ = false;
}

void JsonWriter::Close(char bracket) {
  *Room(1) = bracket;
  ++size_;
  comma_ = true;
}

void JsonWriter::Name(std::string_view name) {
  char* out = Room(name.size() + 4);
  Comma(out);
  *out++ = '"';
  out = Append(out, name);
  *out++ = '"';
  *out++ = ':';
  size_ = Offset(out);
}

void JsonWriter::Word(std::string_view name, std::string_view word) {
  Name(name);
  size_ = Offset(Append(Room(word.size()), word));
}

void JsonWriter::Plain(std::string_view name, std::string_view text) {
  Name(name);
  char* out = Room(text.size() + 2);
  *out++ = '"';
  out = Append(out, text);
  *out++ = '"';
  size_ = Offset(out);
}

void JsonWriter::Quote(std::string_view text) {
  const auto plain = PlainPrefix(text);
  char* out = Room(plain + 2);
  *out++ = '"';
  size_ = Offset(Append(out, text.substr(0, plain)));
  if (plain < text.size()) Escape(text.substr(plain));
  *Room(1) = '"';
  ++size_;
}

void JsonWriter::Escape(std::string_view text) {
  while (!text.empty()) {
    const auto plain = PlainPrefix(text);
    char* out = Append(Room(plain + 8), text.substr(0, plain));
    text.remove_prefix(plain);
    if (!text.empty()) {
      const char c = text.front();
      if (static_cast<unsigned char>(c) < 0x80) {
        out = AppendEscaped(out, c);
        text.remove_prefix(1);
      } else {
        const auto [size, valid] = NextUtf8(text);
        out = Append(out, valid ? text.substr(0, size) : kReplacement);
        text.remove_prefix(size);
      }
    }
    size_ = Offset(out);
  }
}

void JsonWriter::Real(std::string_view name, double value) {
  Name(name);
  char* const out = Room(kNumberRoom);
  size_ = Offset(AppendReal(out, out + kNumberRoom, value, 1e9));
}

void JsonWriter::Real(std::string_view name, float value) {
  Name(name);
  char* const out = Room(kNumberRoom);
  size_ = Offset(AppendReal(out, out + kNumberRoom, value, 1e3F));
}

void JsonWriter::Time(std::string_view name, EventTime time) {
  const auto text = time_.Format(time);
  text.empty() ? Null(name) : Plain(name, text);
}

void JsonWriter::Id(std::string_view name, EventId id) {
  const auto text = ToHex(id);
  Plain(name, {text.data(), text.size()});
}

void JsonWriter::Hex(std::string_view name, std::uint64_t value) {
  std::array<char, 16> text{};
  WriteHex(value, text.data());
  Plain(name, {text.data(), text.size()});
}

// RFC 3463, section 2.
void JsonWriter::Code(std::string_view name, EnhancedCode code) {
  Name(name);
  char* out = Room(kNumberRoom);
  char* const end = out + kNumberRoom;
  *out++ = '"';
  out = std::to_chars(out, end, code.cls).ptr;
  *out++ = '.';
  out = std::to_chars(out, end, code.subject).ptr;
  *out++ = '.';
  out = std::to_chars(out, end, code.detail).ptr;
  *out++ = '"';
  size_ = Offset(out);
}

void JsonWriter::IdElement(EventId id) {
  const auto text = ToHex(id);
  char* out = Room(text.size() + 3);
  Comma(out);
  *out++ = '"';
  out = Append(out, {text.data(), text.size()});
  *out++ = '"';
  size_ = Offset(out);
}

}  // namespace ricochet
