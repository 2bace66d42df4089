#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/stored_letter.h"
#include "decode/decoder.h"
#include "ricochet/result.h"
#include "stream/feeder.h"

namespace ricochet {

// Why a dead letter is not sent again.
enum class NotSent : std::uint8_t {
  kCut,
  kNoSource,
  kOtherTopic,
  kRepeated,
  kPartOfDocument,
};
inline constexpr std::array<std::string_view, 5> kNotSentTexts = {
    "cut when it was dead-lettered: the rest of it is lost",
    "it does not say where it came from",
    "it came from a topic that this configuration does not read",
    "the same octets of the same record are sent already",
    "a document with other lines, which were understood: they would be counted "
    "twice",
};

struct ReplayOptions {
  std::string to;                   // a topic; empty: where each came from
  std::vector<std::string> topics;  // that the configuration reads
  DecodeOptions decode;
};

struct ReplayPlan {
  std::vector<StoredLetter> letters;  // in the order of their sources
  std::array<std::uint64_t, kNotSentTexts.size()> not_sent{};  // by NotSent
};

// Which letters to send again. A letter is never sent anywhere but to `to` or
// to one of `topics`, whatever its headers say.
[[nodiscard]] ReplayPlan PlanReplay(std::vector<StoredLetter> letters,
                                    const ReplayOptions& options);

// What a plan would do, a line for each topic and for each reason not to.
[[nodiscard]] std::string TextOf(const ReplayPlan& plan, std::string_view to);

// Sends the octets and the key of each letter: to where it came from, into the
// same partition, so that it comes to those who know its host; to another
// topic, by the key. Kafka stamps them anew, since it deletes by that time.
// Returns when all are acknowledged; the error says how many are not.
[[nodiscard]] Result<void> Replay(const ReplayPlan& plan, const std::string& to,
                                  PlainProducer& producer,
                                  std::chrono::milliseconds deadline);

}  // namespace ricochet
