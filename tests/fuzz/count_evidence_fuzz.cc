// Any bytes as counts on the evidence topic: what is accepted is written again
// as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "publish/count_evidence.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ricochet::CountEvidenceDecoder decoder;
  const auto record = decoder.Decode(bytes);
  if (!record) return 0;
  ricochet::CountEvidenceEncoder encoder;
  if (encoder.Encode(*record) != bytes) std::abort();
  return 0;
}
