#include "app/letter_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "report/text.h"
#include "ricochet/fate.h"

namespace ricochet {
namespace {

auto OctetsOf(const StoredLetter& letter) {
  return std::tie(letter.source, letter.value);
}

bool IsBefore(const StoredLetter& a, const StoredLetter& b) {
  return std::tie(a.source, a.value, a.place) <
         std::tie(b.source, b.value, b.place);
}

// How many lines a value holds, each of which has had a fate of its own. Only
// a JSON document has more than one: of a batch, each line is its own letter.
std::uint64_t LinesIn(const StoredLetter& letter, Decoder& decoder) {
  decoder.Start({.value = letter.value, .key = letter.key});
  LogLine line;
  std::uint64_t lines = 0;
  while (true) {
    const auto status = decoder.Next(line);
    if (status == Decoder::Status::kEnd) return lines;
    if (status != Decoder::Status::kEmpty) ++lines;
  }
}

// Decides for one group after another of letters with the same source and the
// same octets.
class Planner {
 public:
  explicit Planner(const ReplayOptions& options)
      : options_(options), decoder_(options.decode) {}

  void Add(std::span<StoredLetter> alike) {
    StoredLetter& first = alike.front();
    // A line may have been dead-lettered twice: in a backfill, or at least
    // once.
    std::set<std::string_view> lines;
    for (const auto& letter : alike) lines.insert(letter.id);
    if (const auto why = Objection(first, lines.size())) {
      plan_.not_sent[static_cast<std::size_t>(*why)] += alike.size();
      return;
    }
    plan_.not_sent[static_cast<std::size_t>(NotSent::kRepeated)] +=
        alike.size() - 1;
    plan_.letters.push_back(std::move(first));
  }
  [[nodiscard]] ReplayPlan Take() { return std::move(plan_); }

 private:
  // `lines`: of the record, that were dead-lettered.
  std::optional<NotSent> Objection(const StoredLetter& letter,
                                   std::uint64_t lines) {
    if (letter.truncated) return NotSent::kCut;
    if (letter.source.topic.empty() || letter.source.partition < 0) {
      return NotSent::kNoSource;
    }
    if (options_.to.empty() &&
        std::ranges::find(options_.topics, letter.source.topic) ==
            options_.topics.end()) {
      return NotSent::kOtherTopic;
    }
    // Nothing of a record that the broker refused was kept.
    if (letter.reason == Name(Reject::kRejectedByBroker)) return std::nullopt;
    if (letter.value.starts_with('{') && LinesIn(letter, decoder_) > lines) {
      return NotSent::kPartOfDocument;
    }
    return std::nullopt;
  }

  const ReplayOptions& options_;
  Decoder decoder_;
  ReplayPlan plan_;
};

}  // namespace

ReplayPlan PlanReplay(std::vector<StoredLetter> letters,
                      const ReplayOptions& options) {
  std::ranges::sort(letters, IsBefore);
  Planner planner(options);
  for (auto at = letters.begin(); at != letters.end();) {
    const auto next = std::find_if(at, letters.end(), [&](const auto& letter) {
      return OctetsOf(letter) != OctetsOf(*at);
    });
    planner.Add({at, next});
    at = next;
  }
  return planner.Take();
}

std::string TextOf(const ReplayPlan& plan, std::string_view to) {
  std::map<std::string_view, std::uint64_t> topics;
  for (const auto& letter : plan.letters) {
    ++topics[to.empty() ? letter.source.topic : to];
  }
  std::string text;
  for (const auto& [topic, count] : topics) {
    text += fmt::format("{:>8}  to {}\n", count, Printable(topic));
  }
  for (std::size_t i = 0; i < kNotSentTexts.size(); ++i) {
    if (plan.not_sent[i] == 0) continue;
    text += fmt::format("{:>8}  not sent: {}\n", plan.not_sent[i],
                        kNotSentTexts[i]);
  }
  return text;
}

Result<void> Replay(const ReplayPlan& plan, const std::string& to,
                    PlainProducer& producer,
                    std::chrono::milliseconds deadline) {
  std::map<std::string, int> partitions;
  for (const auto& letter : plan.letters) {
    const auto& topic = to.empty() ? letter.source.topic : to;
    if (partitions.contains(topic)) continue;
    const auto count = producer.Partitions(topic, deadline);
    if (!count) return Fail(count.error());
    partitions[topic] = *count;
  }
  std::uint64_t sent = 0;
  for (const auto& letter : plan.letters) {
    const auto& [topic, count] =
        *partitions.find(to.empty() ? letter.source.topic : to);
    const bool same = to.empty() && letter.source.partition < count;
    auto done = producer.Send(topic, letter.key, letter.value, kNoTime,
                              same ? letter.source.partition : -1);
    if (!done) {
      // What is queued goes out all the same.
      static_cast<void>(producer.Flush(deadline));
      return Fail(ErrorCode::kKafka,
                  fmt::format("{}; {} of {} were sent", done.error().message,
                              sent - producer.refused(), plan.letters.size()));
    }
    ++sent;
  }
  return producer.Flush(deadline);
}

}  // namespace ricochet
