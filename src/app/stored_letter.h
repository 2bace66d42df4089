#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/record.h"
#include "ricochet/time.h"
#include "stream/topic_reader.h"

namespace ricochet {

// Where a record lies: in a topic, or in mail.dead-letters where that is empty.
struct RecordPlace {
  std::string topic;
  std::int32_t partition = -1;  // -1: not known
  Offset offset = kNoOffset;

  friend bool operator==(const RecordPlace&, const RecordPlace&) = default;
  friend auto operator<=>(const RecordPlace&, const RecordPlace&) = default;
};

// "3:918273" or "mail.logs:3:918273"; nothing if it is neither.
[[nodiscard]] std::optional<RecordPlace> ReadPlace(std::string_view text);
[[nodiscard]] std::string TextOf(const RecordPlace& place);

// A record of mail.dead-letters as its headers tell it. Others may have written
// to that topic too: every member may hold anything.
struct StoredLetter {
  RecordPlace place;  // its own
  RecordPlace source;
  std::string id;            // of the line: the same when it is written again
  EventTime time = kNoTime;  // when it was dead-lettered
  std::string reason;
  std::string error;
  bool truncated = false;
  std::string key;
  std::string value;
  std::size_t size = 0;  // of the value, in octets, also when it was cut below
};

// Where the record lay that a dead letter was made of, as far as it says.
[[nodiscard]] RecordPlace SourceOf(const TopicRecord& record);

[[nodiscard]] StoredLetter ReadLetter(TopicRecord&& record);

struct LetterFilter {
  std::string reason;         // empty: any
  std::string topic;          // of the source; empty: any
  EventTime since = kNoTime;  // dead-lettered then or later

  [[nodiscard]] bool Wants(const StoredLetter& letter) const;
};

// Collects letters while a topic is read. Keeps the newest ones only when a
// limit is given, and with it memory for twice as many.
class LetterList {
 public:
  // `most`: letters kept, 0 for all; `octets`: kept of each value.
  explicit LetterList(LetterFilter filter, std::size_t most = 0,
                      std::size_t octets = std::string::npos);

  // Of all letters that the filter wants, kept or not.
  struct Tally {
    std::uint64_t all = 0;
    std::map<std::string, std::uint64_t> reasons;
  };

  void Add(StoredLetter&& letter);
  [[nodiscard]] const Tally& tally() const { return tally_; }
  // By time, then by place.
  [[nodiscard]] std::vector<StoredLetter> Take();

 private:
  void DropOldest();

  const LetterFilter filter_;
  const std::size_t most_;
  const std::size_t octets_;
  Tally tally_;
  std::vector<StoredLetter> letters_;
};

}  // namespace ricochet
