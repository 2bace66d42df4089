// Decoding allocates only to grow its buffers: once they have grown, never.
// Counts through a replaced operator new, for this test program alone.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "count_allocations.h"
#include "decode/decoder.h"

namespace ricochet {
namespace {

std::size_t AllocationsOf(Decoder& decoder, std::string_view value) {
  Record record;
  record.value = value;
  const std::size_t before = allocations;
  decoder.Start(record);
  LogLine line;
  while (decoder.Next(line) != Decoder::Status::kEnd) continue;
  return allocations - before;
}

TEST(Allocations, NoneForPlainLines) {
  Decoder decoder({});
  EXPECT_EQ(AllocationsOf(decoder,
                          "Nov 21 19:36:16 mx1 postfix/smtp[2345]: x\n"
                          "<22>1 2026-11-21T19:36:16Z mx1 exim 5 - - x\n"
                          "2026-11-21 19:58:53 Start queue run\n\nnonsense"),
            0u);
}

TEST(Allocations, NoneForDocumentsOnceTheBuffersHaveGrown) {
  const std::string batch =
      R"({"@timestamp":"2026-11-21T19:36:16.5Z","host":{"name":"h"},)"
      R"("message":"Nov 21 19:36:16 mx1 postfix/smtp[2345]: x\ny"})"
      "\n{\"message\":\n{\"x\":1}\n[{\"log\":\"x\"}]";
  for (const char* pointer : {"", "/message"}) {
    Decoder decoder({.text_pointer = pointer});
    AllocationsOf(decoder, batch);
    EXPECT_EQ(AllocationsOf(decoder, batch), 0u) << pointer;
  }
}

}  // namespace
}  // namespace ricochet
