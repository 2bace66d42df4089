// The input is a record, or what a shipper took for a text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parsed_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  ricochet::LogLine line;
  line.text = {reinterpret_cast<const char*>(data), size};
  line.raw = line.text;
  ricochet::CheckLine(line);
  line.document = true;
  ricochet::CheckLine(line);
  return 0;
}
