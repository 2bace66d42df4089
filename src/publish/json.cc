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

// Moves sizeof(T) octets and returns them.
template <class T>
T Move(char* out, const char* from) noexcept {
  T word = 0;
  std::memcpy(&word, from, sizeof(T));
  std::memcpy(out, &word, sizeof(T));
  return word;
}

// Moves 4 to 8 octets, by two moves that may overlap; returns them.
std::uint64_t MoveFew(char* out, const char* from, std::size_t size) noexcept {
  const std::uint64_t head = Move<std::uint32_t>(out, from);
  const auto last = size - 4;
  return head | std::uint64_t{Move<std::uint32_t>(out + last, from + last)}
                    << 32;
}

// How many octets at the front of `text` can be copied as they are; copies at
// least so many to `out`, which has room for all of them. Eight at a time, and
// the last eight may overlap those before.
std::size_t CopyPlain(char* out, std::string_view text) noexcept {
  const char* const from = text.data();
  const auto size = text.size();
  std::size_t i = 0;
  if (size >= 8) {
    const auto last = size - 8;
    while (i < last && Special(Move<std::uint64_t>(out + i, from + i)) == 0) {
      i += 8;
    }
    if (i >= last && Special(Move<std::uint64_t>(out + last, from + last)) == 0)
      return size;
  } else if (size >= 4 && Special(MoveFew(out, from, size)) == 0) {
    return size;
  }
  for (; i < size && !IsSpecial(from[i]); ++i) out[i] = from[i];
  return i;
}

// RFC 8259, section 7.
char* AppendEscaped(char* out, char c) noexcept {
  switch (c) {
    case '"':
      return Copy(out, "\\\"");
    case '\\':
      return Copy(out, "\\\\");
    case '\n':
      return Copy(out, "\\n");
    case '\r':
      return Copy(out, "\\r");
    case '\t':
      return Copy(out, "\\t");
    default:
      out = Copy(out, "\\u00");
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
char* AppendNumber(char* out, char* end, T value, T limit) {
  if (value >= 0 && value < limit) {
    const auto scaled = static_cast<double>(value) * 1000;
    const auto thousandths = static_cast<std::int64_t>(scaled + 0.5);
    const auto back = static_cast<double>(thousandths) / 1000;
    if (static_cast<T>(back) == value && !std::signbit(value)) {
      return AppendThousandths(out, end, thousandths);
    }
  }
  if (!std::isfinite(value)) return Copy(out, "null");
  return std::to_chars(out, end, value).ptr;
}

}  // namespace

void JsonWriter::Grow(std::size_t size) {
  buffer_.resize(std::max(2 * buffer_.size(), size_ + size + 1024));
}

void JsonWriter::BeginObject() {
  char* const out = Room(2);
  *out = ',';
  Open(out + comma_, '{');
}

void JsonWriter::Close(char bracket) {
  char* const out = Room(1);
  *out = bracket;
  End(out + 1);
}

void JsonWriter::Quote(char* out, std::string_view text) {
  *out++ = '"';
  const auto plain = CopyPlain(out, text);
  out += plain;
  if (plain < text.size()) {
    End(out);
    Escape(text.substr(plain));
    out = Room(1);
  }
  *out++ = '"';
  End(out);
}

void JsonWriter::Escape(std::string_view text) {
  while (!text.empty()) {
    char* out = Room(text.size() + 8);
    const auto plain = CopyPlain(out, text);
    out += plain;
    text.remove_prefix(plain);
    if (!text.empty()) {
      const char c = text.front();
      if (static_cast<unsigned char>(c) < 0x80) {
        out = AppendEscaped(out, c);
        text.remove_prefix(1);
      } else {
        const auto [size, valid] = NextUtf8(text);
        out = Copy(out, valid ? text.substr(0, size) : kReplacement);
        text.remove_prefix(size);
      }
    }
    End(out);
  }
}

char* JsonWriter::AppendReal(char* out, double value) {
  return AppendNumber(out, out + kNumberRoom, value, 1e9);
}

char* JsonWriter::AppendReal(char* out, float value) {
  return AppendNumber(out, out + kNumberRoom, value, 1e3F);
}

char* JsonWriter::AppendId(char* out, EventId id) noexcept {
  out[0] = out[kIdRoom - 1] = '"';
  WriteHex(id.high, out + 1);
  WriteHex(id.low, out + 17);
  return out + kIdRoom;
}

char* JsonWriter::AppendCode(char* out, EnhancedCode code) noexcept {
  char* const end = out + kNumberRoom;
  *out++ = '"';
  out = std::to_chars(out, end, code.cls).ptr;
  *out++ = '.';
  out = std::to_chars(out, end, code.subject).ptr;
  *out++ = '.';
  out = std::to_chars(out, end, code.detail).ptr;
  *out++ = '"';
  return out;
}

void JsonWriter::IdElement(EventId id) {
  char* const out = Room(kIdRoom + 1);
  *out = ',';
  End(AppendId(out + comma_, id));
}

void JsonWriter::RealElement(double value) {
  char* const out = Room(kNumberRoom + 1);
  *out = ',';
  End(AppendReal(out + comma_, value));
}

}  // namespace ricochet
