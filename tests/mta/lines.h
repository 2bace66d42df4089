#pragma once

#include <string>
#include <string_view>

#include "mta/registry.h"

// The language of this folder's tests: a program and a text go in, what became
// of them comes out.
namespace ricochet {

struct Parsed {
  ParseResult result;
  MtaEvent event;  // views into the text given

  [[nodiscard]] bool is_event() const {
    return result.what == ParseResult::What::kEvent &&
           event.cause == result.cause && event.mta == result.mta;
  }
};

// Shared, as a worker's is: what one line leaves in it must not show in
// another.
inline ParserMemory& SharedMemory() {
  static ParserMemory memory;
  return memory;
}

inline Parsed ParseText(std::string_view program, std::string_view text) {
  LogLine line;
  line.program = program;
  line.text = text;
  line.raw = text;
  Parsed parsed;
  parsed.result = Parse(line, SharedMemory(), parsed.event);
  return parsed;
}

inline std::string_view WhatName(ParseResult::What what) {
  switch (what) {
    case ParseResult::What::kEvent:
      return "event";
    case ParseResult::What::kIgnored:
      return "ignored";
    case ParseResult::What::kRejected:
      break;
  }
  return "rejected";
}

// "event attempt", "ignored connection", "rejected bad_syntax"
inline std::string Fate(std::string_view program, std::string_view text) {
  const auto parsed = ParseText(program, text);
  return std::string(WhatName(parsed.result.what)) + ' ' +
         std::string(Name(parsed.result.cause));
}

}  // namespace ricochet
