#include "publish/dead_letter.h"

#include <charconv>
#include <concepts>
#include <cstddef>

#include "publish/names.h"

namespace ricochet {
namespace {

template <std::size_t N, std::integral T>
std::string_view Digits(T value, std::array<char, N>& out) noexcept {
  const auto end = std::to_chars(out.data(), out.data() + N, value).ptr;
  return {out.data(), static_cast<std::size_t>(end - out.data())};
}

}  // namespace

DeadLetterEncoder::DeadLetterEncoder(std::string_view ce_source,
                                     std::span<const std::string> topics)
    : topics_(topics.begin(), topics.end()),
      sources_(EventSources(ce_source, topics)),
      headers_(kDeadLetterType, "application/octet-stream") {}

OutputRecord DeadLetterEncoder::ToRecord(const DeadLetter& letter) {
  const auto& partition = letter.source.partition;
  const auto topic = static_cast<std::size_t>(partition.topic);
  headers_.Set(letter.id, TextAt(sources_, topic, "/"), letter.time);
  headers_.Add("reason", Name(letter.reason));
  headers_.Add("error", letter.error);
  headers_.Add("topic", TextAt(topics_, topic, ""));
  headers_.Add("partition", Digits(partition.number, partition_));
  headers_.Add("offset", Digits(letter.source.offset, offset_));
  return OutputRecord{.topic = Topic::kDeadLetters,
                      .key = letter.key,
                      .value = letter.value,
                      .headers = headers_.headers()};
}

}  // namespace ricochet
