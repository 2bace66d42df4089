#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace ricochet {

// Text held by a TextPool. Copying it copies the handle, not the bytes.
struct PooledText {
  char* data = nullptr;
  std::uint16_t size = 0;
  std::uint8_t size_class = 0;

  [[nodiscard]] std::string_view view() const noexcept { return {data, size}; }
};

// Short strings of messages in flight, in freelists of a few sizes: a message
// takes its sender's place from the one that left, and nothing is allocated
// once the number of messages in flight has settled.
// Owned by one Correlator; not thread-safe. Memory is kept until destruction.
class TextPool {
 public:
  // Longer text is not kept: no mail header field line is (RFC 5322, 2.1.1).
  static constexpr std::size_t kLongest = 1024;

  TextPool() = default;
  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;

  // A copy of `text`, or an empty one when it is longer than kLongest.
  [[nodiscard]] PooledText Copy(std::string_view text);
  // Gives the bytes back and empties `text`.
  void Free(PooledText& text) noexcept;

 private:
  static constexpr std::size_t kSmallest = 32;
  static constexpr std::size_t kSizes = 6;  // 32 ... 1024
  static constexpr std::size_t kBlock = 64 * 1024;

  struct FreeText {
    FreeText* next;
  };

  char* Take(std::size_t size_class);

  std::array<FreeText*, kSizes> free_{};
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* fresh_ = nullptr;
  std::size_t fresh_left_ = 0;
};

}  // namespace ricochet
