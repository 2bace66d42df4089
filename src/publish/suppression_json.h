#pragma once

#include "publish/json.h"
#include "ricochet/suppression.h"

namespace ricochet {

// Writes what an entry covers as members of the present object: `recipient`,
// `domain`, `sender_domain`, `list`, null where the scope has none.
void WriteScope(const SuppressionEntry& entry, JsonWriter& json);

// Writes why, as the member `causes`.
void WriteCauses(const SuppressionEntry& entry, JsonWriter& json);

}  // namespace ricochet
