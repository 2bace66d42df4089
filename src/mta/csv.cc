#include "mta/csv.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

constexpr std::size_t kBlock = 64;

// Bit n tells whether octet n of the block at `at` is a comma.
inline std::uint64_t CommasOf(const char* at) noexcept {
  const auto sixteen = [at](unsigned from) {
    return std::uint64_t{Sixteen(at + from).Is(',')} << from;
  };
  return sixteen(0) | sixteen(16) | sixteen(32) | sixteen(48);
}

// The same of the block of `text` that begins at `at`, which may be its last.
inline std::uint64_t CommasOf(std::string_view text, std::size_t at) noexcept {
  const std::size_t left = text.size() - at;
  if (left >= kBlock) return CommasOf(text.data() + at);
  if (text.size() >= kBlock) {  // the last octets, some of which came before
    return CommasOf(text.data() + text.size() - kBlock) >> (kBlock - left);
  }
  std::array<char, kBlock> last{};
  std::memcpy(last.data(), text.data() + at, left);
  return CommasOf(last.data());
}

// Finds the commas of a text, a block at a time: fields are too short for a
// call of memchr() each.
class Commas {
 public:
  explicit Commas(std::string_view text) noexcept : text_(text) { Seek(0); }

  // Goes on at `at`, whatever was looked at before.
  void Seek(std::size_t at) noexcept {
    base_ = at;
    found_ = at < text_.size() ? CommasOf(text_, at) : 0;
  }

  // Where the next one is; the text's size if there is none.
  std::size_t Next() noexcept {
    while (found_ == 0) {
      base_ += kBlock;
      if (base_ >= text_.size()) return text_.size();
      found_ = CommasOf(text_, base_);
    }
    const auto at = base_ + static_cast<std::size_t>(std::countr_zero(found_));
    found_ &= found_ - 1;
    return at;
  }

 private:
  std::string_view text_;
  std::size_t base_ = 0;
  std::uint64_t found_ = 0;
};

// Where the closing quote is, of a field whose opening one was taken.
std::size_t EndOfQuoted(std::string_view text, bool& doubled) noexcept {
  doubled = false;
  std::size_t quote = text.find('"');
  while (quote != kNone && quote + 1 < text.size() && text[quote + 1] == '"') {
    doubled = true;
    quote = text.find('"', quote + 2);
  }
  return quote;
}

// Appends `text` with single quotes for doubled ones. `out` has room for it,
// so that what was appended before stays where it is.
std::string_view AppendUndoubled(std::string_view text, std::string& out) {
  const std::size_t begin = out.size();
  while (!text.empty()) {
    const std::size_t quote = text.find('"');
    out.append(text.substr(0, quote == kNone ? kNone : quote + 1));
    text.remove_prefix(quote == kNone ? text.size() : quote + 2);
  }
  return std::string_view(out).substr(begin);
}

// Takes the field whose opening quote is at `begin`, which then is where its
// comma belongs. Its data is null if it does not end.
std::string_view TakeQuoted(std::string_view line, std::size_t& begin,
                            std::string& unescaped) {
  bool doubled = false;
  const auto rest = line.substr(begin + 1);
  const auto quote = EndOfQuoted(rest, doubled);
  if (quote == kNone) return {};
  begin += quote + 2;
  if (!doubled) return rest.substr(0, quote);
  if (unescaped.empty()) unescaped.reserve(line.size());
  return AppendUndoubled(rest.substr(0, quote), unescaped);
}

}  // namespace

bool CsvFields::SplitPlain(std::string_view line) noexcept {
  std::size_t size = 1;  // the first begins at 0
  for (std::size_t at = 0; at < line.size(); at += kBlock) {
    for (auto commas = CommasOf(line, at); commas != 0; commas &= commas - 1) {
      if (size == kMost) return false;
      begins_[size++] =
          at + static_cast<std::size_t>(std::countr_zero(commas)) + 1;
    }
  }
  text_ = line.data();
  size_ = size;
  begins_[size] = line.size() + 1;
  return true;
}

bool CsvFields::SplitQuoted(std::string_view line, std::string& unescaped) {
  Commas commas(line);
  std::size_t begin = 0;
  std::size_t size = 0;
  for (size_ = 0; size < kMost; ++begin) {
    std::size_t end = 0;
    if (begin < line.size() && line[begin] == '"') {
      const auto field = TakeQuoted(line, begin, unescaped);
      if (field.data() == nullptr) return false;
      fields_[size++] = field;
      end = begin;
      commas.Seek(end);
      if (end < line.size() && commas.Next() != end) return false;
    } else {
      end = commas.Next();
      fields_[size++] = {line.data() + begin, end - begin};
    }
    if (end == line.size()) {
      size_ = size;
      return true;
    }
    begin = end;
  }
  return false;
}

bool CsvFields::Split(std::string_view line, std::string& unescaped) {
  unescaped.clear();
  quoted_ = Contains(line, "\"");
  return quoted_ ? SplitQuoted(line, unescaped) : SplitPlain(line);
}

}  // namespace ricochet
