// The first line of the input is the program, the rest the text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parsed_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\n');
  ricochet::LogLine line;
  line.program = input.substr(0, end);
  if (end != std::string_view::npos) line.text = input.substr(end + 1);
  line.raw = input;
  ricochet::CheckLine(line);
  return 0;
}
