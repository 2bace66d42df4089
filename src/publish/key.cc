#include "publish/key.h"

namespace ricochet {

void AppendKeyField(std::string_view text, std::string& key) {
  for (auto at = text.find_first_of("|%"); at != std::string_view::npos;
       at = text.find_first_of("|%")) {
    key += text.substr(0, at);
    key += text[at] == '|' ? "%7C" : "%25";
    text.remove_prefix(at + 1);
  }
  key += text;
}

}  // namespace ricochet
