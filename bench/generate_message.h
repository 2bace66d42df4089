#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generate_log.h"
#include "generate_population.h"
#include "generate_replies.h"

namespace ricochet::bench {

// One generated mail server.
struct Host {
  std::string name;  // in the log's header
  std::string fqdn;  // as others see it
  std::string ip;
  std::string instance;  // syslog_name
  bool long_ids = true;
  bool filtered = false;  // all mail goes through a content filter first
};

struct Target {
  RecipientId id;
  const ReplyTemplate* fate = nullptr;  // what it always answers; null: works
  const ReplyTemplate* last = nullptr;  // what it answered last
  bool alias = false;                   // was found by way of another address
  bool done = false;
};

[[nodiscard]] inline bool Has(const std::vector<Target>& targets,
                              RecipientId id) {
  return std::any_of(targets.begin(), targets.end(),
                     [id](const Target& target) { return target.id == id; });
}

// What is being delivered, as architecture.md's roles have it.
enum class MessageRole : std::uint8_t {
  kMessage,
  kReinjection,   // on its way to the content filter
  kAlias,         // to a list, which makes a new message of it
  kNotification,  // a bounce message, to `to`
};

// A message in a queue. Slots are used again, strings and all, by later ones.
struct Message {
  const Host* host = nullptr;
  MessageRole role = MessageRole::kMessage;
  std::string queue_id;
  std::string sender;  // empty: <>
  std::string sender_domain;
  std::string message_id;
  std::string to;        // of a notification or a list
  std::string original;  // list address that its recipients came from
  std::vector<Target> targets;
  std::uint64_t size = 0;
  Micros arrival = 0;
  Micros active = 0;   // since when in this round
  Micros connect = 0;  // of the try under way
  Micros transfer = 0;
  Micros removed = 0;      // when the slot was last freed
  std::uint32_t next = 0;  // target under way
  std::uint32_t rounds = 0;
  std::uint32_t session = 0;  // pid of its smtpd and cleanup
  bool known = true;          // false: the log begins in its middle
  bool bounced = false;       // somebody was refused in this round
};

// The time so far in the queue, split as in delays=.
[[nodiscard]] inline std::array<Micros, 4> Delays(const Message& message,
                                                  Micros now) {
  const Micros before = message.active - message.arrival;
  const Micros tried = message.connect + message.transfer;
  return {before, std::max(now - message.active - tried, Micros{0}),
          message.connect, message.transfer};
}

// A client that submits some messages in one go.
struct Session {
  const Host* host = nullptr;
  const SenderDomain* sender = nullptr;
  std::string client;  // "name[ip]"
  std::uint32_t pid = 0;
  std::int64_t total = 0;
  std::int64_t remaining = 0;
};

}  // namespace ricochet::bench
