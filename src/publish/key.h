#pragma once

#include <string>
#include <string_view>

namespace ricochet {

// Appends `text` as one field of a key whose fields are separated by '|':
// '|' becomes "%7C" and '%' becomes "%25", so no two keys look the same. The
// last field of a key needs none of it.
void AppendKeyField(std::string_view text, std::string& key);

}  // namespace ricochet
