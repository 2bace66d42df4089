#pragma once

#include <string>

#include "app/config.h"
#include "app/rules.h"
#include "app/service.h"

namespace ricochet {

// Reads the rules of the configured folder again, has the service use them, and
// tells the log how that went. Those in use stay when anything of the folder is
// not in order. The policy is checked, too, but stays that of `started`: a
// ledger's entries are by one policy from start to end. Called by the thread
// that calls Service::DropOldRules(). `ruleset` is the hash of the rules in
// use, before and after.
void ReloadRules(const Config& config, const Rules& started,
                 std::string& ruleset, Service& service);

}  // namespace ricochet
