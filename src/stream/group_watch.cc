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
constexpr std::chrono::seconds kAnswer{5};        // of a broker, at most
constexpr std::chrono::seconds kEvery{10};        // a look at each group
constexpr std::chrono::milliseconds kSlice{200};  // until a stop is noticed

std::string NameOf(std::string_view topic, int partition) {
  return fmt::format("{}[{}]", topic, partition);
}

std::string_view Text(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
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
        while (!stop.stop_requested()) {
          stopped.wait_for(lock, stop, kEvery, [] { return false; });
          for (auto& watch : watches) {
            if (!stop.stop_requested()) watch.Look(stop);
          }
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
  auto view = ViewOfGroup(stop);
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

std::optional<GroupWatch::View> GroupWatch::ViewOfGroup(
    const std::stop_token& stop) {
  if (!CountPartitions()) return std::nullopt;
  const KafkaQueue queue(rd_kafka_queue_new(client_.get()));
  const KafkaHandle<rd_kafka_AdminOptions_t> options(rd_kafka_AdminOptions_new(
      client_.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS));
  std::array<char, 256> reason{};
  rd_kafka_AdminOptions_set_request_timeout(
      options.get(), std::chrono::milliseconds(kAnswer).count(), reason.data(),
      reason.size());
  const char* group = options_.group.c_str();
  rd_kafka_DescribeConsumerGroups(client_.get(), &group, 1, options.get(),
                                  queue.get());
  const auto end = Clock::now() + kAnswer + kSlice;
  KafkaEvent event;
  while (!event && !stop.stop_requested() && Clock::now() < end) {
    event.reset(rd_kafka_queue_poll(queue.get(), kSlice.count()));
  }
  if (!event) return std::nullopt;
  const auto* result =
      rd_kafka_event_DescribeConsumerGroups_result(event.get());
  if (result == nullptr) return std::nullopt;
  std::size_t count = 0;
  const auto* const* groups =
      rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
  if (count != 1 ||
      rd_kafka_ConsumerGroupDescription_error(groups[0]) != nullptr ||
      rd_kafka_ConsumerGroupDescription_state(groups[0]) !=
          RD_KAFKA_CONSUMER_GROUP_STATE_STABLE) {
    return std::nullopt;
  }
  return ViewOf(*groups[0]);
}

GroupWatch::View GroupWatch::ViewOf(
    const rd_kafka_ConsumerGroupDescription_t& group) const {
  std::set<std::pair<std::string_view, int>> owned;
  const auto members = rd_kafka_ConsumerGroupDescription_member_count(&group);
  for (std::size_t i = 0; i < members; ++i) {
    const auto* assignment = rd_kafka_MemberDescription_assignment(
        rd_kafka_ConsumerGroupDescription_member(&group, i));
    if (assignment == nullptr) continue;
    const auto* list = rd_kafka_MemberAssignment_partitions(assignment);
    for (int n = 0; list != nullptr && n < list->cnt; ++n) {
      owned.emplace(list->elems[n].topic, list->elems[n].partition);
    }
  }
  View view{.ours_to_act = FirstIsOurs(group)};
  for (std::size_t i = 0; i < options_.topics.size(); ++i) {
    for (int number = 0; number < partitions_[i]; ++number) {
      if (owned.contains({options_.topics[i], number})) continue;
      view.unowned.push_back(NameOf(options_.topics[i], number));
    }
  }
  return view;
}

bool GroupWatch::FirstIsOurs(
    const rd_kafka_ConsumerGroupDescription_t& group) const {
  std::optional<std::string_view> first;
  const auto members = rd_kafka_ConsumerGroupDescription_member_count(&group);
  for (std::size_t i = 0; i < members; ++i) {
    const auto id = Text(rd_kafka_MemberDescription_group_instance_id(
        rd_kafka_ConsumerGroupDescription_member(&group, i)));
    if (!id.empty() && (!first || id < *first)) first = id;
  }
  return first && std::ranges::find(options_.instance_ids, *first) !=
                      options_.instance_ids.end();
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
