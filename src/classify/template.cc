#include "classify/template.h"

#include <fmt/compile.h>
#include <xxhash.h>

#include <algorithm>

#include "classify/octet_map.h"
#include "classify/token.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kLongestAddress = 320;  // RFC 5321, section 4.5.3.1

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool IsAscii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}

using Kinds = OctetMap::Kinds;

std::string_view Placeholder(Token token, std::string_view atom) noexcept {
  switch (token) {
    case Token::kWord:
      return atom;
    case Token::kAddress:
      return "{address}";
    case Token::kIp:
      return "{ip}";
    case Token::kHost:
      return "{host}";
    case Token::kTime:
      return "{time}";
    case Token::kNumber:
      return "{n}";
    case Token::kId:
      break;
  }
  return "{id}";
}

// The same as rules see it.
std::string_view Masked(Token token, std::string_view atom) noexcept {
  switch (token) {
    case Token::kWord:
      return atom;
    case Token::kHost:
      return "x.net";
    case Token::kAddress:
      return "x@x";
    case Token::kIp:
      return "0.0.0.0";
    case Token::kTime:
    case Token::kNumber:
    case Token::kId:
      break;
  }
  return "0";
}

// Writes `text` with placeholders to `out`, and as rules see it to `masked`,
// each of which has room for it. What stays is copied in runs, when something
// that does not stay ends them.
class Normaliser {
 public:
  Normaliser(std::string_view text, char* out, char* masked)
      : text_(text), map_(text), out_(out), masked_(masked) {}

  // From one mark to the next, each time from the front of its atom: the words
  // between them stay.
  void Run() {
    for (auto mark = map_.Next(&Kinds::mark, 0); mark < text_.size();
         mark = map_.Next(&Kinds::mark, at_)) {
      while (mark > at_ && IsAtomChar(text_[mark - 1])) --mark;
      at_ = mark;
      Step();
    }
    at_ = text_.size();
    Replace(0, {}, {});
  }

  // Behind what was written.
  [[nodiscard]] char* out_end() const noexcept { return out_; }
  [[nodiscard]] char* masked_end() const noexcept { return masked_; }

 private:
  void Step() {
    const char c = text_[at_];
    if (IsAtomChar(c)) return Atom();
    if (c == '<' || c == '"') {
      const char close = c == '<' ? '>' : c;
      if (const auto length = EnclosedHere(close)) {
        return c == '<' ? Replace(length, "<{address}>", "<x@x>")
                        : Replace(length, "\"{name}\"", "\"0\"");
      }
    }
    if (c == ':' && text_.substr(at_).starts_with("::") && TimeOrIp6()) return;
    ++at_;
  }

  // Length of "<local@domain>" or of a quoted word, 0: none.
  std::size_t EnclosedHere(char close) const noexcept {
    const auto inside = text_.substr(at_ + 1, kLongestAddress - 1);
    const auto size = FindNear(inside, close);
    if (size == 0 || size == inside.size()) return 0;
    const auto end = at_ + 1 + size;
    if (map_.Next(&Kinds::blank, at_) < end) return 0;
    if (close == '>' && map_.Next(&Kinds::at, at_) > end) return 0;
    return size + 2;
  }

  void Atom() {
    const auto rest = text_.substr(at_);
    if (const auto length = UrlAt(rest)) return Url(rest.substr(0, length));
    const auto size = map_.AtomOctetsAt(at_);
    const char next = size < rest.size() ? rest[size] : ' ';
    if (size >= 64 || !IsAscii(next) || map_.HasTwoDotsAt(at_, size)) {
      return OddAtom();
    }
    // Without a colon behind it, only a stamp is a time.
    const bool colon = next == ':' || (size > 4 && rest[4] == '-');
    if (colon && MayBeTimeOrIp6(rest) && TimeOrIp6()) return;
    const auto atom = rest.substr(0, WithoutStops(rest.substr(0, size)));
    Put(Classify(atom, map_.CensusOf(at_, atom.size()), text_.substr(0, at_),
                 rest.substr(atom.size())),
        atom);
  }

  // The same, octet by octet: it is long, or ends where the map does not tell.
  void OddAtom() {
    const auto rest = text_.substr(at_);
    if (MayBeTimeOrIp6(rest) && TimeOrIp6()) return;
    const auto atom = rest.substr(0, AtomAt(rest));
    Put(Classify(atom, CensusOf(atom), text_.substr(0, at_),
                 rest.substr(atom.size())),
        atom);
  }

  static bool MayBeTimeOrIp6(std::string_view rest) noexcept {
    return IsDigit(rest.front()) || LettersAt(rest) <= 4;
  }

  bool TimeOrIp6() {
    Token token = Token::kWord;
    const auto rest = text_.substr(at_);
    const auto length = TimeOrIp6At(rest, token);
    if (length > 0) Put(token, rest.substr(0, length));
    return length > 0;
  }

  void Url(std::string_view url) {
    Replace(url.size(), "{url}", {});
    char before = ' ';
    for (char c : url) {
      if (IsDigit(c)) c = '0';
      if (c != '0' || before != '0') *masked_++ = c;
      before = c;
    }
  }

  void Put(Token token, std::string_view atom) {
    if (token == Token::kWord) {
      at_ += atom.size();
    } else {
      Replace(atom.size(), Placeholder(token, atom), Masked(token, atom));
    }
  }

  // Copies what stays up to here, then stands `out` and `masked` for the next
  // `length` octets.
  void Replace(std::size_t length, std::string_view out,
               std::string_view masked) {
    const auto stays = text_.substr(copied_, at_ - copied_);
    Append(stays, out_);
    Append(stays, masked_);
    Append(out, out_);
    Append(masked, masked_);
    at_ += length;
    copied_ = at_;
  }

  static void Append(std::string_view octets, char*& end) noexcept {
    CopyShort(octets, end);
    end += octets.size();
  }

  std::string_view text_;
  OctetMap map_;
  char* out_;
  char* masked_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;
};

}  // namespace

void TemplateMaker::Make(SmtpResponse& response) {
  char* out = template_.get();
  if (response.reply_code != 0) {
    out = fmt::format_to(out, FMT_COMPILE("{} "), response.reply_code);
  }
  if (const auto code = response.enhanced_code; code.present()) {
    out = fmt::format_to(out, FMT_COMPILE("{}.{}.{} "), code.cls, code.subject,
                         code.detail);
  }
  static_assert(kTemplateLimit <= OctetMap::kLongest);
  Normaliser normaliser(response.text.substr(0, kTemplateLimit), out,
                        masked_octets_.get());
  normaliser.Run();
  masked_ = {masked_octets_.get(), normaliser.masked_end()};
  std::string_view text(template_.get(), normaliser.out_end());
  if (text.ends_with(' ')) text.remove_suffix(1);
  const auto hash = XXH3_64bits(text.data(), text.size());
  response.template_id = hash == 0 ? 1 : hash;
  response.template_text = text;
}

}  // namespace ricochet
