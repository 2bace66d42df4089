#include "stream/group_watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "stream/kafka_consumer.h"
#include "stream/kafka_handles.h"
#include "stream/kafka_state.h"

namespace ricochet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes kRebalance{6};     // lasts at most
constexpr std::chrono::seconds kAnswer{3};        // of a broker, at most
constexpr std::chrono::seconds kEvery{10};        // a look at each group
constexpr std::chrono::seconds kSeldom{60};       // where all has been well
constexpr int kSettled = 3;                       // for so many looks
constexpr std::chrono::milliseconds kSlice{200};  // until a stop is noticed

std::string NameOf(std::string_view topic, int partition) {
  return fmt::format("{}[{}]", topic, partition);
}

std::string_view Text(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

using TopicPartition = std::pair<std::string, int>;

// Reads big-endian numbers, and texts behind their length.
class Octets {
 public:
  explicit Octets(std::string_view octets) : rest_(octets) {}

  std::int64_t Number(std::size_t size) {
    if (rest_.size() < size) {
      good_ = false;
      return 0;
    }
    std::int64_t number = static_cast<signed char>(rest_.front());
    for (const char c : rest_.substr(1, size - 1)) {
      number = number * 256 + static_cast<unsigned char>(c);
    }
    rest_.remove_prefix(size);
    return number;
  }
  std::string_view Text() {
    const auto size = Number(2);
    if (size < 0 || static_cast<std::size_t>(size) > rest_.size()) {
      good_ = false;
      return {};
    }
    const auto text = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(text.size());
    return text;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// What a member was assigned: the consumer protocol's version, an array of
// topics with their partitions, and what the assignor adds. Nothing: no
// partitions. False: not of that form.
bool AddAssigned(std::string_view assignment, std::set<TopicPartition>& owned) {
  if (assignment.empty()) return true;
  Octets in(assignment);
  in.Number(2);
  for (auto topics = in.Number(4); topics > 0 && in.good(); --topics) {
    const std::string topic(in.Text());
    for (auto numbers = in.Number(4); numbers > 0 && in.good(); --numbers) {
      owned.emplace(topic, static_cast<int>(in.Number(4)));
    }
  }
  return in.good();
}

}  // namespace

Result<GroupWatch> GroupWatch::Create(GroupWatchOptions options,
                                      KafkaSettings settings, LogHook log) {
  auto client = KafkaClient::Create(RD_KAFKA_PRODUCER, settings, {});
  if (!client) return Fail(std::move(client.error()));
  return GroupWatch(std::move(options), std::move(settings), std::move(*client),
                    std::move(log));
}

GroupWatch::GroupWatch(GroupWatchOptions options, KafkaSettings settings,
                       KafkaClient client, LogHook log)
    : options_(std::move(options)),
      settings_(std::move(settings)),
      client_(std::move(client)),
      log_(std::move(log)) {}

GroupWatching::GroupWatching(std::vector<GroupWatch> watches) {
  std::promise<void> ended;
  ended_ = ended.get_future();
  thread_ =
      std::jthread([watches = std::move(watches), ended = std::move(ended)](
                       const std::stop_token& stop) mutable {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any stopped;
        int whole = 0;  // rounds in a row that saw nothing amiss
        while (!stop.stop_requested()) {
          stopped.wait_for(lock, stop, whole < kSettled ? kEvery : kSeldom,
                           [] { return false; });
          bool good = true;
          for (auto& watch : watches) {
            if (stop.stop_requested()) break;
            good &= watch.Look(stop) == GroupWatch::Seen::kWhole;
          }
          whole = good ? whole + 1 : 0;
        }
        watches.clear();
        ended.set_value();
      });
}

// librdkafka sets no limit to how long a client takes to end.
GroupWatching::~GroupWatching() {
  thread_.request_stop();
  if (ended_.wait_for(kAnswer) != std::future_status::ready) thread_.detach();
}

GroupWatch::Seen GroupWatch::Look(const std::stop_token& stop) {
  auto view = ViewOfGroup();
  if (!view) {
    unowned_.clear();
    return Seen::kNothing;
  }
  const bool still = !view->unowned.empty() && view->unowned == unowned_;
  unowned_ = std::move(view->unowned);
  if (unowned_.empty()) return Seen::kWhole;
  if (!still || !view->ours_to_act) return Seen::kUnowned;
  log_.Write(
      LogLevel::kWarning, StreamEvent::kRebalance,
      fmt::format("group {}: nobody owns {}, and nothing moves: joining and "
                  "leaving, so that the group shares out again",
                  options_.group, fmt::join(unowned_, ", ")));
  Knock(stop);
  unowned_.clear();
  return Seen::kKnocked;
}

// By the call that waits itself: with DescribeConsumerGroups, librdkafka 2.0.2
// was seen to abort at the end of an outage.
std::optional<GroupWatch::View> GroupWatch::ViewOfGroup() {
  if (!CountPartitions()) return std::nullopt;
  const rd_kafka_group_list* found = nullptr;
  const auto code = rd_kafka_list_groups(
      client_.get(), options_.group.c_str(), &found,
      static_cast<int>(std::chrono::milliseconds(kAnswer).count()));
  const KafkaHandle<const rd_kafka_group_list> list(found);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || list->group_cnt != 1) {
    return std::nullopt;
  }
  const rd_kafka_group_info& group = list->groups[0];
  if (group.err != RD_KAFKA_RESP_ERR_NO_ERROR ||
      Text(group.state) != "Stable") {
    return std::nullopt;
  }
  return ViewOf(group);
}

std::optional<GroupWatch::View> GroupWatch::ViewOf(
    const rd_kafka_group_info& group) const {
  const std::span members(group.members,
                          static_cast<std::size_t>(group.member_cnt));
  std::set<TopicPartition> owned;
  for (const auto& member : members) {
    if (!AddAssigned({static_cast<const char*>(member.member_assignment),
                      static_cast<std::size_t>(member.member_assignment_size)},
                     owned)) {
      return std::nullopt;
    }
  }
  View view{.ours_to_act = FirstIsOurs(members)};
  for (std::size_t i = 0; i < options_.topics.size(); ++i) {
    for (int number = 0; number < partitions_[i]; ++number) {
      if (owned.contains({options_.topics[i], number})) continue;
      view.unowned.push_back(NameOf(options_.topics[i], number));
    }
  }
  return view;
}

// A static member's id is its instance id, a dash, and what the broker adds;
// our instance ids begin with the group's name.
bool GroupWatch::FirstIsOurs(
    std::span<const rd_kafka_group_member_info> members) const {
  std::string_view first;
  for (const auto& member : members) {
    const auto id = Text(member.member_id);
    if (!id.starts_with(options_.group + "-")) continue;
    if (first.empty() || id < first) first = id;
  }
  return std::ranges::any_of(options_.instance_ids, [&](const auto& own) {
    return first.starts_with(own + "-");
  });
}

// Again every five minutes, since topics may be given more of them: the answer
// is of the size of the cluster.
bool GroupWatch::CountPartitions() {
  constexpr int kWait = 1'000;  // ms
  constexpr std::chrono::minutes kAgain{5};
  if (!partitions_.empty() && Clock::now() - counted_ < kAgain) return true;
  auto counts =
      ricochet::CountPartitions(client_.get(), options_.topics, kWait);
  if (!counts) return false;
  partitions_ = std::move(*counts);
  counted_ = Clock::now();
  return true;
}

// Takes nothing: what it is given it leaves behind, to be shared out.
void GroupWatch::Knock(const std::stop_token& stop) {
  const CallDeadline deadline(kAnswer, kAnswer, stop);
  auto consumer =
      KafkaConsumer::Create(settings_,
                            {.group = options_.group,
                             .instance_id = {},
                             .topics = options_.topics,
                             .batch_records = 1,
                             .session_timeout = options_.session_timeout,
                             .deadline = deadline},
                            &log_);
  if (!consumer) {
    log_.Write(LogLevel::kError, StreamEvent::kLifecycle,
               consumer.error().message);
    return;
  }
  // Patient: a member that is slow to give partitions up has max.poll.interval
  // for it, and librdkafka 2.0.2 may abort when it is ended while it joins.
  const auto end = Clock::now() + options_.session_timeout + kRebalance;
  while (!stop.stop_requested() && Clock::now() < end) {
    const auto batch = (*consumer)->Poll(kSlice);
    if (!batch || !batch->rebalances.empty()) break;
  }
  static_cast<void>((*consumer)->Assign({}));
  (*consumer)->Close(kAnswer);
}

}  // namespace ricochet
