#include "publish/event_id.h"

// A hash of 40 octets is a few instructions when its size is known here.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstring>

namespace ricochet {
namespace {

static_assert(std::endian::native == std::endian::little,
              "ids are hashes of little-endian numbers");

template <class T>
void Store(T value, unsigned char* out) noexcept {
  std::memcpy(out, &value, sizeof(T));
}

EventId Hash(std::span<const unsigned char> bytes,
             std::uint64_t seed = 0) noexcept {
  const auto hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

EventId HashText(std::string_view text, std::uint64_t seed) noexcept {
  const auto hash = XXH3_128bits_withSeed(text.data(), text.size(), seed);
  return {hash.high64, hash.low64};
}

// Two hashes and a type into one id.
EventId Combine(EventId a, EventId b, std::uint64_t seed) noexcept {
  std::array<unsigned char, 32> bytes{};
  Store(a.high, &bytes[0]);
  Store(a.low, &bytes[8]);
  Store(b.high, &bytes[16]);
  Store(b.low, &bytes[24]);
  return Hash(bytes, seed);
}

// Eight digits at once: the nibbles are spread over the octets of a word, and
// those above 9 get the distance from '9' + 1 to 'a' on top of '0'.
void WriteHex32(std::uint32_t value, char* out) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t word = value;
  word = (word | word << 16) & 0x0000FFFF0000FFFF;
  word = (word | word << 8) & 0x00FF00FF00FF00FF;
  word = (word | word << 4) & 0x0F0F0F0F0F0F0F0F;
  const auto letters = ((word + kOnes * 6) >> 4) & kOnes;
  word += kOnes * '0' + letters * ('a' - '9' - 1);
  word = __builtin_bswap64(word);
  std::memcpy(out, &word, sizeof(word));
}

}  // namespace

EventIds::EventIds(std::string_view cluster,
                   std::span<const std::string> topics) {
  topics_.reserve(topics.size());
  const auto of_cluster = HashText(cluster, 0);
  for (const auto& topic : topics) {
    topics_.push_back(Combine(of_cluster, HashText(topic, 0), 0));
  }
}

EventId EventIds::Make(const Source& source, EventType type) const noexcept {
  const auto topic = static_cast<std::size_t>(source.partition.topic);
  assert(topic < topics_.size());
  std::array<unsigned char, 40> bytes{};
  if (topic < topics_.size()) {
    Store(topics_[topic].high, &bytes[0]);
    Store(topics_[topic].low, &bytes[8]);
  }
  Store(static_cast<std::uint64_t>(source.offset), &bytes[16]);
  Store(static_cast<std::uint32_t>(source.partition.number), &bytes[24]);
  Store(source.index, &bytes[28]);
  bytes[32] = static_cast<unsigned char>(type);
  return Hash(bytes);
}

EventId DeriveId(EventType type, std::string_view state_key,
                 EventId because) noexcept {
  const auto seed = static_cast<std::uint64_t>(type);
  return Combine(HashText(state_key, 0), because, seed);
}

void WriteHex(std::uint64_t value, char* out) noexcept {
  WriteHex32(static_cast<std::uint32_t>(value >> 32), out);
  WriteHex32(static_cast<std::uint32_t>(value), out + 8);
}

std::array<char, 32> ToHex(EventId id) noexcept {
  std::array<char, 32> text{};
  WriteHex(id.high, text.data());
  WriteHex(id.low, text.data() + 16);
  return text;
}

}  // namespace ricochet
