#pragma once

#include <string_view>

#include "publish/json.h"
#include "publish/shown.h"
#include "ricochet/foreign_names.h"
#include "ricochet/verdict.h"

namespace ricochet {

// The objects "smtp" and "verdict" of an event, as events.md describes them;
// `smtp` is left out when the reply says nothing. With a crosswalk the verdict
// has others' names of its reason, too.
void WriteSmtp(const ShownReply& reply, JsonWriter& json);
void WriteVerdict(const Verdict& verdict, std::string_view ruleset_hash,
                  JsonWriter& json, const Crosswalk* crosswalk = nullptr);

}  // namespace ricochet
