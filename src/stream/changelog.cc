#include "stream/changelog.h"

#include <fmt/format.h>

#include "stream/named_number.h"

namespace ricochet {
namespace {

constexpr std::string_view kState = "state=";
constexpr std::string_view kInputs = ",inputs=";

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
  const bool ours = TakeNamedNumber(kState, rest, note.state_partitions) &&
                    TakeNamedNumber(kInputs, rest, note.input_partitions) &&
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
