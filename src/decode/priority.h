#pragma once

#include <string_view>

namespace ricochet {

// The priority in words that some syslogs write before or behind the host:
// "mail.info" (BusyBox, OpenWrt), "mail:info" (AIX), "<mail.info>" and "<2.6>"
// (FreeBSD with -v), "INFO" (some rsyslog templates).

// A cheap test of a word's first characters that fails for nearly all hosts and
// programs.
[[nodiscard]] bool MayBePriority(std::string_view word) noexcept;

// Takes such a word and the spaces behind it off `rest`, if it begins with one.
bool SkipPriority(std::string_view& rest) noexcept;

}  // namespace ricochet
