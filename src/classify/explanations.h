#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/foreign_names.h"
#include "ricochet/result.h"
#include "ricochet/verdict.h"

#include "classify/built_in.h"
#include "classify/rule.h"

namespace ricochet {

// One code and what it means by itself: a reply code, an enhanced status code,
// or a tag of a provider's own. One [[code]] block of rules/codes.toml.
struct CodeText {
  // "550", "5.1.1", "X.1.9" for any class, "TSS04"; a range by its last number:
  // "5.7.606-649".
  std::string code;
  std::string title;                // unique among the codes
  std::string meaning;              // true of this code alone
  std::vector<std::string> called;  // by documents and people
  std::string registry;             // the IANA registry's wording; may be empty
  std::string tag;                  // what lookup tools say: "Hard"
  std::optional<Reason> reason;     // of the bare code; nothing: it says none
  std::string note;                 // where documents differ
  // In whose replies it means this, and then it goes before another entry for
  // the same code; empty: anybody's.
  std::string provider;
  std::string cause;
  std::string fix;
  std::string who;  // must act
  std::string source;
  Place place;
};

// Why a reason comes about, and what to do; from rules/reasons.toml.
struct ReasonAdvice {
  std::string cause;
  std::string fix;
};

// The part of rules/*.toml that is only for readers. Immutable once read.
class Explanations {
 public:
  [[nodiscard]] static Result<Explanations> Read(
      std::span<const EmbeddedFile> files);
  // What is wrong with that part, as "<file>:<line>: ...".
  [[nodiscard]] static std::vector<Error> Check(
      std::span<const EmbeddedFile> files);

  [[nodiscard]] const std::vector<CodeText>& codes() const noexcept {
    return codes_;
  }
  // What `code` means in a reply of `provider`, "" being nobody in particular:
  // by the provider's own entry, else anybody's, else, when no provider is
  // named, by the only one that has it. Whatever the letter case; null: not
  // known.
  [[nodiscard]] const CodeText* Find(
      std::string_view code, std::string_view provider = {}) const noexcept;
  // The tags that stand in `text` as words of their own: of `provider`, or of
  // anybody.
  [[nodiscard]] std::vector<const CodeText*> TagsIn(
      std::string_view text, std::string_view provider) const;

  [[nodiscard]] const ForeignNames& names(Reason reason) const noexcept {
    return names_[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] const Crosswalk& names() const noexcept { return names_; }
  [[nodiscard]] const ReasonAdvice& advice(Reason reason) const noexcept {
    return advice_[static_cast<std::size_t>(reason)];
  }

 private:
  friend class ExplanationReader;

  std::vector<CodeText> codes_;
  Crosswalk names_;
  std::array<ReasonAdvice, kReasons.size()> advice_;
};

}  // namespace ricochet
