#pragma once

#include <cstdint>

#include "ricochet/fate.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// What a format made of a line. `cause` says how the line is counted, also
// when there is no event. Aligned so that it is returned as one word: three
// octets would be written one by one and read together, for which a processor
// waits.
struct alignas(4) ParseResult {
  enum class What : std::uint8_t {
    kEvent,     // the MtaEvent is filled, and its cause is this one
    kIgnored,   // understood, and nothing for the correlator; counted by cause
    kRejected,  // not understood: to mail.dead-letters
  };
  What what = What::kRejected;
  Cause cause = Cause::kUnknownFormat;
  Mta mta = Mta::kUnknown;
  friend bool operator==(ParseResult, ParseResult) = default;
};

}  // namespace ricochet
