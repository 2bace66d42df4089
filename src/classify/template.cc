#include "classify/template.h"

#include <fmt/compile.h>
#include <xxhash.h>

#include <algorithm>
#include <iterator>

#include "classify/token.h"

namespace ricochet {
namespace {

constexpr std::size_t kLongestAddress = 320;  // RFC 5321, section 4.5.3.1

constexpr bool IsBlank(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ';
}
constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }

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

// Length of "<local@domain>" or of a quoted word at the front, 0: none.
std::size_t EnclosedAt(std::string_view text, char close) noexcept {
  const auto end = text.substr(0, kLongestAddress).find(close, 1);
  if (end == std::string_view::npos || end == 1) return 0;
  const auto inside = text.substr(1, end - 1);
  if (std::ranges::any_of(inside, IsBlank)) return 0;
  if (close == '>' && inside.find('@') == std::string_view::npos) return 0;
  return end + 1;
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

// Writes `text` with placeholders at the end of `out`, and as rules see it at
// the end of `masked`. What stays is copied in runs, when something that does
// not stay ends them.
class Normaliser {
 public:
  Normaliser(std::string_view text, std::string& out, std::string& masked)
      : text_(text), out_(out), masked_(masked) {}

  void Run() {
    while (at_ < text_.size()) Step();
    Replace(0, {}, {});
  }

 private:
  void Step() {
    const char c = text_[at_];
    if (IsAtomChar(c)) return Atom();
    if (c == '<' || c == '"') {
      const char close = c == '<' ? '>' : c;
      if (const auto length = EnclosedAt(text_.substr(at_), close)) {
        return c == '<' ? Replace(length, "<{address}>", "<x@x>")
                        : Replace(length, "\"{name}\"", "\"0\"");
      }
    }
    if (c == ':' && text_.substr(at_).starts_with("::") && TimeOrIp6()) return;
    ++at_;
  }

  void Atom() {
    const auto rest = text_.substr(at_);
    const auto letters = LettersAt(rest);
    const char next = letters < rest.size() ? rest[letters] : ' ';
    if (!IsAtomChar(next) && next != ':' && letters != 3) {
      at_ += letters;  // a plain word, as most are
      return;
    }
    if (const auto length = UrlAt(rest)) return Url(rest.substr(0, length));
    if ((IsDigit(rest.front()) || letters <= 4) && TimeOrIp6()) return;
    const auto atom = rest.substr(0, AtomAt(rest, letters));
    Put(Classify(atom, text_.substr(0, at_), rest.substr(atom.size())), atom);
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
    for (const char c : url) {
      if (IsDigit(c) && masked_.back() == '0') continue;
      masked_.push_back(IsDigit(c) ? '0' : c);
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
    out_.append(stays).append(out);
    masked_.append(stays).append(masked);
    at_ += length;
    copied_ = at_;
  }

  std::string_view text_;
  std::string& out_;
  std::string& masked_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;
};

}  // namespace

void TemplateMaker::Make(SmtpResponse& response) {
  buffer_.clear();
  masked_.clear();
  auto out = std::back_inserter(buffer_);
  if (response.reply_code != 0) {
    fmt::format_to(out, FMT_COMPILE("{} "), response.reply_code);
  }
  if (const auto code = response.enhanced_code; code.present()) {
    fmt::format_to(out, FMT_COMPILE("{}.{}.{} "), code.cls, code.subject,
                   code.detail);
  }
  Normaliser(response.text.substr(0, kTemplateLimit), buffer_, masked_).Run();
  if (!buffer_.empty() && buffer_.back() == ' ') buffer_.pop_back();
  const auto hash = XXH3_64bits(buffer_.data(), buffer_.size());
  response.template_id = hash == 0 ? 1 : hash;
  response.template_text = buffer_;
}

}  // namespace ricochet
