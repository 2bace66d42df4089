#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "correlate/attribution.h"
#include "correlate/text_pool.h"
#include "ricochet/record.h"
#include "ricochet/smtp.h"
#include "ricochet/text_hash.h"
#include "ricochet/time.h"
#include "ricochet/verdict.h"

namespace ricochet {

// (host, queue id). The generation is the message itself: a reused id starts it
// anew.
struct MessageKey {
  static constexpr std::size_t kLongestId = 24;
  std::uint64_t host = 0;  // XXH3 of the name
  std::array<char, kLongestId> id{};

  // As octets, since there is no padding: a call of memcmp would cost more.
  friend bool operator==(const MessageKey& a, const MessageKey& b) noexcept {
    const auto words = [](const MessageKey& key) {
      return std::bit_cast<std::array<std::uint64_t, 4>>(key);
    };
    const auto x = words(a);
    const auto y = words(b);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
  }
};
static_assert(sizeof(MessageKey) == 32, "hashed as bytes: no padding");

struct MessageKeyHash {
  std::size_t operator()(const MessageKey& key) const noexcept {
    return XXH3_64bits(&key, sizeof key);
  }
};

// A recipient whose last attempt was deferred. Texts are the correlator's.
struct Recipient {
  Recipient* next = nullptr;
  PooledText address;
  PooledText original;
  std::uint32_t attempts = 0;
  Verdict verdict;
  std::uint16_t reply_code = 0;
  EnhancedCode enhanced_code;
  SmtpCommand command = SmtpCommand::kUnknown;
  std::uint64_t template_id = 0;
  PooledText text;
  PooledText remote_host;
  PooledText remote_ip;
};

// A fact added to a Correlator: its record, and which of the record's it is.
struct Position {
  Offset offset = kNoOffset;
  std::uint32_t index = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Message;

// A message's place in a MessageList.
struct MessageLinks {
  Message* next = nullptr;
  Message* previous = nullptr;
};

// What is known of one message in the queue of one host.
struct Message {
  Message* next = nullptr;  // in the slab's freelist
  MessageLinks by_start;
  MessageLinks by_removal;
  MessageLinks by_save;
  MessageKey key;
  Offset offset = 0;          // of the record of its first line
  Position applied;           // it was saved after this fact
  EventTime first = kNoTime;  // of its first line
  EventTime gone = kNoTime;   // when it was removed
  std::int64_t size = -1;
  Recipient* outstanding = nullptr;
  HeaderSet headers = 0;
  PooledText sender;
  PooledText message_id;
  std::int32_t recipients = -1;
  std::uint32_t outstanding_count = 0;
  bool has_sender = false;
  bool seen_start = false;  // its first line is in the log
  bool active = false;      // the queue manager has, or had, it
  bool removed = false;     // lingers for late lines
  bool overflowed = false;  // had more outstanding recipients than are kept
  bool saved = false;       // is in the changelog
  bool changed = false;     // since it was written there
};

// Messages in some order, linked through `links` of themselves.
template <MessageLinks Message::*links>
struct MessageList {
  Message* first = nullptr;
  Message* last = nullptr;

  void Append(Message& message) noexcept {
    (message.*links).previous = last;
    (message.*links).next = nullptr;
    (last != nullptr ? (last->*links).next : first) = &message;
    last = &message;
  }

  void Unlink(Message& message) noexcept {
    const MessageLinks at = message.*links;
    (at.previous != nullptr ? (at.previous->*links).next : first) = at.next;
    (at.next != nullptr ? (at.next->*links).previous : last) = at.previous;
  }
};

}  // namespace ricochet
