// The input is a file: a header's line may say what the columns of later lines
// are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parsed_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    ricochet::LogLine line;
    line.host = "mta1";
    line.text = line.raw = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.text.size() + 1, rest.size()));
    ricochet::CheckLine(line);
  }
  return 0;
}
