#include "app/rules_reload.h"

#include <string>
#include <utility>

#include "observe/log.h"

namespace ricochet {

void ReloadRules(const Config& config, const Rules& started,
                 std::string& ruleset, Service& service) {
  const auto rules = LoadRules(config.rules.path, config.events.crosswalk);
  Result<void> done;
  if (rules) {
    done = service.Reload(rules->book);
  } else {
    done = tl::unexpected(rules.error());
  }
  if (!done) {
    service.CountFailedReload();
    Log(LogLevel::kError, "rules.refused",
        done.error().message + "; the old rules stay in use");
    return;
  }
  const bool new_policy = rules->policy->hash() != started.policy->hash();
  if (new_policy) {
    Log(LogLevel::kWarning, "rules.policy_changed",
        "policy.toml was changed, which takes effect at the next start",
        {{"policy", rules->policy->hash()},
         {"in_use", started.policy->hash()}});
  }
  const std::string before =
      std::exchange(ruleset, std::string(rules->book->hash()));
  if (ruleset != before) {
    Log(LogLevel::kInfo, "rules.reloaded", "new rules are in use",
        {{"ruleset", std::string_view(ruleset)}});
  } else if (!new_policy) {
    Log(LogLevel::kInfo, "rules.unchanged",
        "the rules were read again, and decide as before",
        {{"ruleset", std::string_view(ruleset)}});
  }
}

}  // namespace ricochet
