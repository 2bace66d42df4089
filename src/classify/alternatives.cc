#include "classify/alternatives.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <span>
#include <utility>

#include "classify/literal_finder.h"
#include "classify/pattern_tokens.h"

namespace ricochet {
namespace {

using Kind = PatternToken::Kind;

constexpr std::size_t kMostStrings = 32;  // "(a|b|c) (d|e)" makes six
constexpr std::size_t kMostMembers = 10;  // of a class spelt out: "[sz]"
constexpr std::size_t kMostNeeds = 3;

// What is known of the strings that a part of a pattern matches.
struct Part {
  // `last` are all strings that match. Otherwise they are the ends of those
  // that match, and `first` their fronts, as far as these are known, and
  // `needs` is what stands before the end.
  bool exact = true;
  std::vector<std::string> last = {""};
  std::vector<std::string> first = {""};
  std::vector<AnyOf> needs;

  [[nodiscard]] const std::vector<std::string>& fronts() const {
    return exact ? last : first;
  }
};

std::size_t Shortest(const AnyOf& strings) {
  return std::ranges::min(strings, {}, &std::string::size).size();
}

// More octets say more; of as many, fewer strings do.
bool SaysMore(const AnyOf& a, const AnyOf& b) {
  const auto more = Shortest(a);
  const auto less = Shortest(b);
  return more != less ? more > less : a.size() < b.size();
}

// Who looks for strings anywhere needs none that contains another.
AnyOf WithoutLonger(AnyOf strings) {
  std::ranges::stable_sort(strings, {}, &std::string::size);
  AnyOf kept;
  for (auto& string : strings) {
    const bool longer = std::ranges::any_of(kept, [&](const auto& other) {
      return string.find(other) != std::string::npos;
    });
    if (!longer) kept.push_back(std::move(string));
  }
  return kept;
}

void Need(const AnyOf& strings, std::vector<AnyOf>& needs) {
  if (Shortest(strings) < LiteralFinder::kShortest) return;
  needs.push_back(WithoutLonger(strings));
}

// All that is known, as needs.
std::vector<AnyOf> NeedsOf(Part part) {
  Need(part.last, part.needs);
  return std::move(part.needs);
}

// What ends in one of the strings ends in one of these.
std::vector<std::string> WithoutLongerEnds(std::vector<std::string> strings) {
  std::ranges::stable_sort(strings, {}, &std::string::size);
  std::vector<std::string> kept;
  for (auto& string : strings) {
    const bool longer = std::ranges::any_of(
        kept, [&](const auto& other) { return string.ends_with(other); });
    if (!longer) kept.push_back(std::move(string));
  }
  return kept;
}

// Each of `left` with each of `right` behind it; `left` if these are too many.
std::vector<std::string> Joined(const std::vector<std::string>& left,
                                const std::vector<std::string>& right) {
  if (left.size() * right.size() > kMostStrings) return left;
  std::vector<std::string> joined;
  for (const auto& one : left) {
    for (const auto& other : right) joined.push_back(one + other);
  }
  return joined;
}

void Append(Part& part, Part next) {
  const auto too_many = [&] {
    return part.last.size() * next.fronts().size() > kMostStrings;
  };
  if (too_many()) {
    if (part.exact) part.first = part.last;
    part.exact = false;
    part.last = WithoutLongerEnds(std::move(part.last));
  }
  auto joined = Joined(part.last, next.fronts());
  if (next.exact && !too_many()) {
    part.last = std::move(joined);
    return;
  }
  Need(joined, part.needs);
  if (part.exact) part.first = std::move(joined);
  std::ranges::move(next.needs, std::back_inserter(part.needs));
  part.last = std::move(next.last);
  part.exact = false;
}

// Any of the parts.
Part Either(std::vector<Part> parts) {
  Part either{.exact = std::ranges::all_of(parts, &Part::exact), .first = {}};
  for (const auto& part : parts) {
    std::ranges::copy(part.fronts(), std::back_inserter(either.first));
  }
  if (either.exact) {
    either.last = std::move(either.first);
    return either;
  }
  AnyOf all;
  for (auto& part : parts) {
    auto needs = NeedsOf(std::move(part));
    if (needs.empty()) return either;
    std::ranges::move(*std::ranges::min_element(needs, SaysMore),
                      std::back_inserter(all));
  }
  Need(all, either.needs);
  return either;
}

// The needs that say most, without those that another one says already.
std::vector<AnyOf> MostTelling(std::vector<AnyOf> needs) {
  std::ranges::stable_sort(needs, SaysMore);
  const auto says = [](const AnyOf& more, const AnyOf& less) {
    return std::ranges::all_of(more, [&](const auto& string) {
      return std::ranges::any_of(less, [&](const auto& other) {
        return string.find(other) != std::string::npos;
      });
    });
  };
  std::vector<AnyOf> kept;
  for (auto& need : needs) {
    const bool said = std::ranges::any_of(
        kept, [&](const auto& other) { return says(other, need); });
    if (!said) kept.push_back(std::move(need));
    if (kept.size() == kMostNeeds) break;
  }
  return kept;
}

// Reads the tokens of one pattern, by recursive descent.
class Reader {
 public:
  Reader(std::string_view pattern, std::span<const PatternToken> tokens)
      : pattern_(pattern), tokens_(tokens) {}

  [[nodiscard]] bool AtEnd() const { return at_ == tokens_.size(); }
  // Where the next token begins.
  [[nodiscard]] std::size_t Position() const {
    return AtEnd() ? pattern_.size() : tokens_[at_].at;
  }
  [[nodiscard]] bool Take(Kind kind) {
    if (AtEnd() || tokens_[at_].kind != kind) return false;
    ++at_;
    return true;
  }

  // Up to "|", ")" or the end.
  Part Sequence() {
    Part part;
    while (!AtEnd() && tokens_[at_].kind != Kind::kOr &&
           tokens_[at_].kind != Kind::kClose) {
      if (IsPlainLetter()) {  // as most are, and rules are read at each start
        const char letter = FoldOctet(tokens_[at_++].literal);
        for (auto& string : part.last) string += letter;
      } else {
        Append(part, Repeated());
      }
    }
    return part;
  }

  // Since the last ForgetBoundary().
  [[nodiscard]] bool saw_boundary() const { return saw_boundary_; }
  void ForgetBoundary() { saw_boundary_ = false; }

 private:
  [[nodiscard]] bool IsPlainLetter() const {
    return tokens_[at_].kind == Kind::kLiteral &&
           (at_ + 1 == tokens_.size() ||
            tokens_[at_ + 1].kind != Kind::kRepeat);
  }

  Part Repeated() {
    auto part = Single();
    while (!AtEnd() && tokens_[at_].kind == Kind::kRepeat) {
      part = Repeat(std::move(part), TextOf(tokens_[at_++]));
    }
    return part;
  }

  Part Single() {
    const auto& token = tokens_[at_++];
    switch (token.kind) {
      case Kind::kLiteral:
        return {.last = {std::string(1, FoldOctet(token.literal))}};
      case Kind::kBoundary:
        saw_boundary_ = true;
        return {};
      case Kind::kOpen:
        return Group();
      case Kind::kClass:
        return Class(TextOf(token));
      case Kind::kAny:
        return TextOf(token) == "\\d" ? Class("[0-9]") : Part{.exact = false};
      default:
        return {.exact = false};
    }
  }

  Part Group() {
    std::vector<Part> parts;
    do {
      parts.push_back(Sequence());
    } while (Take(Kind::kOr));
    static_cast<void>(Take(Kind::kClose));
    return Either(std::move(parts));
  }

  // "[sz]", "[2-9]"; nothing is said of longer ones.
  static Part Class(std::string_view text) {
    const auto members = text.substr(1, text.size() - 2);
    Part part{.last = {}};
    for (std::size_t i = 0; i < members.size(); ++i) {
      const char first = members[i];
      if (first == '\\' || first == '[' || (first == '^' && i == 0)) {
        return {.exact = false};
      }
      const bool range = i + 2 < members.size() && members[i + 1] == '-';
      if (range) i += 2;
      for (int c = first; c <= members[i]; ++c) {
        if (part.last.size() == kMostMembers) return {.exact = false};
        part.last.emplace_back(1, FoldOctet(static_cast<char>(c)));
      }
    }
    return part;
  }

  static Part Repeat(Part part, std::string_view how) {
    if (how == "?" || how == "{0,1}") {
      if (!part.exact) return {.exact = false};
      part.last.emplace_back();
      return part;
    }
    int least = how == "+" ? 1 : 0;
    if (how.front() == '{') {
      std::from_chars(how.data() + 1, how.data() + how.size(), least);
    }
    if (least == 0) return {.exact = false};
    if (part.exact) part.first = part.last;
    part.exact = false;
    return part;
  }

  [[nodiscard]] std::string_view TextOf(const PatternToken& token) const {
    return pattern_.substr(token.at, token.size);
  }

  std::string_view pattern_;
  std::span<const PatternToken> tokens_;
  std::size_t at_ = 0;
  bool saw_boundary_ = false;
};

}  // namespace

std::vector<Alternative> AlternativesOf(std::string_view pattern) {
  const auto tokens = TokensOf(pattern);
  if (std::ranges::any_of(tokens, &PatternToken::foreign)) {
    return {{.pattern = std::string(pattern)}};
  }
  std::vector<Alternative> alternatives;
  Reader reader(pattern, tokens);
  do {
    const auto begin = reader.Position();
    reader.ForgetBoundary();
    auto part = reader.Sequence();
    Alternative one;
    one.pattern = pattern.substr(begin, reader.Position() - begin);
    const bool is_literal = part.exact && !reader.saw_boundary();
    one.needs = MostTelling(NeedsOf(std::move(part)));
    one.is_literal = is_literal && !one.needs.empty();
    alternatives.push_back(std::move(one));
  } while (reader.Take(Kind::kOr));
  return alternatives;
}

}  // namespace ricochet
