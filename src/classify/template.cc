#include "classify/template.h"

#include <fmt/compile.h>
#include <xxhash.h>

#include <algorithm>
#include <iterator>

#include "classify/token.h"

namespace ricochet {
namespace {

constexpr std::string_view kUrlEnd = " \t\r\n<>\"')]";
constexpr std::size_t kLongestAddress = 320;  // RFC 5321, section 4.5.3.1

constexpr bool IsBlank(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ';
}

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
    case Token::kHost:
      return atom;
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
// the end of `masked`.
class Normaliser {
 public:
  Normaliser(std::string_view text, std::string& out, std::string& masked)
      : text_(text), out_(out), masked_(masked) {}

  void Run() {
    while (at_ < text_.size()) Step();
  }

 private:
  void Step() {
    const char c = text_[at_];
    if (IsAtomChar(c) || c == ':') return Atom(text_.substr(at_));
    if (IsBlank(c)) {
      if (!out_.empty() && out_.back() != ' ') out_.push_back(' ');
      return Keep(1);
    }
    if (c == '<' || c == '"') {
      const char close = c == '<' ? '>' : c;
      if (const auto length = EnclosedAt(text_.substr(at_), close)) {
        out_.append(c == '<' ? "<{address}>" : "\"{name}\"");
        masked_.append(c == '<' ? "<x@x>" : "\"0\"");
        at_ += length;
        return;
      }
    }
    out_.push_back(c);
    Keep(1);
  }

  // Goes on by `length` octets, which rules see as they are.
  void Keep(std::size_t length) {
    masked_.append(text_.substr(at_, length));
    at_ += length;
  }

  void Url(std::string_view rest) {
    auto length = std::min(rest.find_first_of(kUrlEnd), rest.size());
    while (rest[length - 1] == '.' || rest[length - 1] == ',') --length;
    out_.append("{url}");
    for (const char c : rest.substr(0, length)) {
      const bool digit = c >= '0' && c <= '9';
      if (digit && masked_.back() == '0') continue;
      masked_.push_back(digit ? '0' : c);
    }
    at_ += length;
  }

  void Atom(std::string_view rest) {
    const char c = rest.front();
    if (c == 'h' &&
        (rest.starts_with("http://") || rest.starts_with("https://"))) {
      return Url(rest);
    }
    Token token = Token::kWord;
    if ((c >= '0' && c <= '9') || c == ':' || (c >= 'a' && c <= 'f') ||
        (c >= 'A' && c <= 'F')) {
      if (const auto length = TimeOrIp6At(rest, token); length > 0) {
        return Put(token, rest.substr(0, length));
      }
    }
    std::size_t end = 0;
    while (end < rest.size() && IsAtomChar(rest[end]) &&
           !rest.substr(end).starts_with("..")) {
      ++end;
    }
    while (end > 1 && std::string_view(".-/=").find(rest[end - 1]) !=
                          std::string_view::npos) {
      --end;
    }
    if (end == 0) end = 1;  // a lone ':' or '.'
    const auto atom = rest.substr(0, end);
    Put(Classify(atom, text_.substr(0, at_), rest.substr(end)), atom);
  }

  void Put(Token token, std::string_view atom) {
    out_.append(Placeholder(token, atom));
    masked_.append(Masked(token, atom));
    at_ += atom.size();
  }

  std::string_view text_;
  std::string& out_;
  std::string& masked_;
  std::size_t at_ = 0;
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
