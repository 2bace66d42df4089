#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "generate_random.h"
#include "ricochet/verdict.h"

namespace ricochet::bench {

// How long an answer stays the same.
enum class Scope : std::uint8_t { kSent, kAddress, kMessage, kAttempt };
inline constexpr std::size_t kScopes = 4;

// What a reply answers; in the last two our own Postfix speaks.
enum class ReplyStage : std::uint8_t {
  kConnect,
  kEhlo,
  kMail,
  kRcpt,
  kData,
  kEndOfData,
  kRelay,
  kNone
};

// What the placeholders of a template stand for in one reply.
struct ReplyContext {
  std::string_view recipient;  // the address, and its two parts
  std::string_view local;
  std::string_view domain;
  std::string_view sender;
  std::string_view sender_domain;
  std::string_view our_ip;
  std::string_view our_name;
  std::string_view mx;
  std::string_view mx_ip;
  std::int64_t unix_time = 0;
};

// One line of templates.tsv.
struct ReplyTemplate {
  Scope scope = Scope::kSent;
  Reason reason = Reason::kNone;
  ReplyStage stage = ReplyStage::kRcpt;
  bool temporary = false;  // Postfix defers: 4xx, or 5xx instead of a greeting
  std::string dsn;         // what Postfix logs as dsn=
  // Literal text, then a placeholder's name or nothing; in turn.
  std::vector<std::pair<std::string, std::string>> pieces;

  // Appends the reply to `out`, inventing ids from `random`.
  void Fill(const ReplyContext& context, Random& random,
            std::string* out) const;
};

// Templates with weights.
class Replies {
 public:
  void Add(const ReplyTemplate* reply, std::uint64_t weight);
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  // The template that the evenly spread `number` falls on; not when empty.
  [[nodiscard]] const ReplyTemplate* Pick(std::uint64_t number) const noexcept;

 private:
  std::vector<std::pair<std::uint64_t, const ReplyTemplate*>> entries_;
  std::uint64_t total_ = 0;
};

// One line of providers.tsv, with its templates.
struct Provider {
  std::string name;
  std::uint64_t share = 0;
  std::uint64_t domains = 0;
  std::vector<std::string> mx;
  std::string suffix;
  std::array<Replies, kScopes> replies;

  [[nodiscard]] const Replies& For(Scope scope) const noexcept {
    return replies[static_cast<std::size_t>(scope)];
  }
};

// Everything that generated servers can say. Immutable once loaded; templates
// are referred to by pointer and live as long as the catalogue.
class Catalogue {
 public:
  // Reads providers.tsv and templates.tsv in `folder`. On an error, prints it
  // with file and line and returns nothing.
  static std::optional<Catalogue> Load(const std::string& folder);

  [[nodiscard]] const std::deque<Provider>& providers() const noexcept {
    return providers_;
  }
  // Troubles on the way to any server ("*").
  [[nodiscard]] const Replies& anywhere() const noexcept { return anywhere_; }
  [[nodiscard]] std::size_t size() const noexcept { return templates_.size(); }

 private:
  bool AddProvider(const std::vector<std::string_view>& fields);
  bool AddTemplate(const std::vector<std::string_view>& fields);

  std::deque<Provider> providers_;
  std::deque<ReplyTemplate> templates_;
  Replies anywhere_;
};

}  // namespace ricochet::bench
