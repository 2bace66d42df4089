#include "app/stored_letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace ricochet {
namespace {

template <class T>
bool ReadNumber(std::string_view text, T& number) {
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end && number >= 0;
}

// Takes what stands behind the last colon off the end.
std::optional<std::string_view> TakeLast(std::string_view& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto last = text.substr(colon + 1);
  text = text.substr(0, colon);
  return last;
}

bool IsOlder(const StoredLetter& a, const StoredLetter& b) {
  return std::tie(a.time, a.place) < std::tie(b.time, b.place);
}

}  // namespace

std::optional<RecordPlace> ReadPlace(std::string_view text) {
  RecordPlace place;
  const auto offset = TakeLast(text);
  if (!offset || !ReadNumber(*offset, place.offset)) return std::nullopt;
  const auto partition = TakeLast(text);
  if (partition && text.empty()) return std::nullopt;
  if (!ReadNumber(partition ? *partition : text, place.partition)) {
    return std::nullopt;
  }
  if (partition) place.topic = text;
  return place;
}

std::string TextOf(const RecordPlace& place) {
  if (place.partition < 0) return place.topic;
  return fmt::format("{}{}{}:{}", place.topic, place.topic.empty() ? "" : ":",
                     place.partition, place.offset);
}

RecordPlace SourceOf(const TopicRecord& record) {
  RecordPlace source;
  bool partition = false;
  bool offset = false;
  for (const auto& [name, value] : record.headers) {
    if (name == "topic") source.topic = value;
    if (name == "partition") partition = ReadNumber(value, source.partition);
    if (name == "offset") offset = ReadNumber(value, source.offset);
  }
  if (!partition || !offset) return {.topic = std::move(source.topic)};
  return source;
}

StoredLetter ReadLetter(TopicRecord&& record) {
  StoredLetter letter{.place = {{}, record.partition, record.offset},
                      .source = SourceOf(record),
                      .time = record.time,
                      .key = std::move(record.key),
                      .value = std::move(record.value)};
  letter.size = letter.value.size();
  for (auto& [name, value] : record.headers) {
    if (name == "ce_id") letter.id = std::move(value);
    if (name == "reason") letter.reason = std::move(value);
    if (name == "error") letter.error = std::move(value);
    if (name == "truncated") letter.truncated = value == "true";
  }
  return letter;
}

bool LetterFilter::Wants(const StoredLetter& letter) const {
  return (reason.empty() || letter.reason == reason) &&
         (topic.empty() || letter.source.topic == topic) &&
         letter.time >= since;
}

LetterList::LetterList(LetterFilter filter, std::size_t most,
                       std::size_t octets)
    : filter_(std::move(filter)), most_(most), octets_(octets) {}

void LetterList::Add(StoredLetter&& letter) {
  if (!filter_.Wants(letter)) return;
  ++tally_.all;
  ++tally_.reasons[letter.reason];
  if (letter.value.size() > octets_) {
    letter.value.resize(octets_);
    letter.value.shrink_to_fit();
  }
  letters_.push_back(std::move(letter));
  if (most_ != 0 && letters_.size() >= 2 * most_) DropOldest();
}

void LetterList::DropOldest() {
  if (most_ == 0 || letters_.size() <= most_) return;
  const auto first = letters_.end() - static_cast<std::ptrdiff_t>(most_);
  std::nth_element(letters_.begin(), first, letters_.end(), IsOlder);
  letters_.erase(letters_.begin(), first);
}

std::vector<StoredLetter> LetterList::Take() {
  DropOldest();
  std::ranges::sort(letters_, IsOlder);
  return std::exchange(letters_, {});
}

}  // namespace ricochet
