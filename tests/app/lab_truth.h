#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "app/pipeline.h"

namespace ricochet {

// Which reasons each lab recipient's failures may have.
class LabTruth {
 public:
  explicit LabTruth(const std::string& path) {
    for (const std::string& line : Lines(ReadFile(path))) {
      const auto tab = line.find('\t');
      if (tab == std::string::npos) continue;
      const std::string accepted =
          line.substr(tab + 1, line.find('\t', tab + 1) - tab - 1);
      accepted_[line.substr(0, tab)] = "," + accepted + ",";
    }
  }

  // The exact recipient, else its local part, else "ok*".
  [[nodiscard]] std::string Accepted(const std::string& recipient) const {
    if (const auto it = accepted_.find(recipient); it != accepted_.end()) {
      return it->second;
    }
    const auto local = recipient.substr(0, recipient.rfind('@'));
    if (const auto it = accepted_.find(local); it != accepted_.end()) {
      return it->second;
    }
    return accepted_.at("ok*");
  }

 private:
  std::map<std::string, std::string> accepted_;
};

inline std::string NameOf(Reason reason) {
  return std::string(Info(reason).name);
}

inline void ExpectTruth(const LabTruth& truth, const SeenEvent& event) {
  if (event.outcome == Outcome::kDelivered) return;
  EXPECT_NE(
      truth.Accepted(event.recipient).find("," + NameOf(event.reason()) + ","),
      std::string::npos)
      << event.recipient << ": " << NameOf(event.reason()) << ", but only "
      << truth.Accepted(event.recipient) << " for " << event.text;
}

}  // namespace ricochet
