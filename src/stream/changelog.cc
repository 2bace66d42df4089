#include "stream/changelog.h"

#include <fmt/format.h>

#include <charconv>

namespace ricochet {
namespace {

constexpr std::string_view kState = "state=";
constexpr std::string_view kInputs = ",inputs=";

// Takes "<name><number>" off the front of `text`.
bool TakeNumber(std::string_view name, std::string_view& text, int& number) {
  if (!text.starts_with(name)) return false;
  const char* const end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data() + name.size(), end, number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return true;
}

}  // namespace

StatePlace PlaceOf(std::string_view topic, std::int32_t number,
                   int state_partitions) {
  return {number % state_partitions, fmt::format("{}/{}/", topic, number)};
}

std::string CommitNote::Write() const {
  if (state_partitions == 0) return stage;
  return fmt::format("{}{}{}{};{}", kState, state_partitions, kInputs,
                     input_partitions, stage);
}

CommitNote CommitNote::Read(std::string_view metadata) {
  CommitNote note;
  auto rest = metadata;
  const bool ours = TakeNumber(kState, rest, note.state_partitions) &&
                    TakeNumber(kInputs, rest, note.input_partitions) &&
                    rest.starts_with(';');
  if (!ours) return {.stage = std::string(metadata)};
  note.stage = rest.substr(1);
  return note;
}

void ChangelogWriter::Put(std::string_view key, std::string_view value,
                          bool tombstone) {
  key_.resize(place_.prefix.size());
  key_ += key;
  out_.Emit({.topic = Topic::kState,
             .key = key_,
             .value = value,
             .tombstone = tombstone,
             .partition = place_.partition});
  written_.Add();
}

}  // namespace ricochet
