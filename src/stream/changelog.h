#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ricochet/record.h"
#include "ricochet/stage.h"
#include "stream/transport.h"
#include "stream/worker_status.h"

namespace ricochet {

// Where in a stage's changelog the state of an input partition is. Keys begin
// with the input topic and partition, so that several may share a partition of
// the changelog.
struct StatePlace {
  std::int32_t partition = 0;  // of the changelog
  std::string prefix;          // of its keys
};
[[nodiscard]] StatePlace PlaceOf(std::string_view topic, std::int32_t number,
                                 int state_partitions);

// What is committed with an offset: the stage's own metadata, and how many
// partitions the changelog and the input topic had. State is found by these
// numbers, so it is lost when one of them changes.
struct CommitNote {
  int state_partitions = 0;  // 0: no changelog
  int input_partitions = 0;  // 0: of no concern
  std::string stage;

  [[nodiscard]] std::string Write() const;
  [[nodiscard]] static CommitNote Read(std::string_view metadata);
};

// Writes a partition's changed state, as outputs to the changelog.
class ChangelogWriter final : public StateWriter {
 public:
  // The arguments must outlive it.
  ChangelogWriter(const StatePlace& place, Emitter& out, WorkerCounter& written)
      : place_(place), out_(out), written_(written), key_(place.prefix) {}
  void Put(std::string_view key, std::string_view value,
           bool tombstone) override;

 private:
  const StatePlace& place_;
  Emitter& out_;
  WorkerCounter& written_;
  std::string key_;
};

// Drops what a stage writes where there is no changelog.
class NoChangelog final : public StateWriter {
 public:
  void Put(std::string_view, std::string_view, bool) override {}
};

}  // namespace ricochet
