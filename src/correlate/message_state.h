#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "correlate/message.h"
#include "ricochet/result.h"

namespace ricochet {

// A message in flight as bytes, for the changelog. The key: host and queue id
// as in MessageKey. The value begins with a version; then offsets, times,
// numbers and flags as in Message, its texts, and its outstanding recipients.
// Lists of enumerators may grow at their end only; any other change takes a new
// version.

inline constexpr std::size_t kMessageKeyBytes = sizeof(MessageKey);
[[nodiscard]] std::string_view BytesOf(const MessageKey& key) noexcept;
[[nodiscard]] Result<MessageKey> ReadMessageKey(std::string_view bytes);

// Writes `message`, which was true after the fact at `applied`, into `out`.
void WriteMessage(const Message& message, Position applied, std::string& out);
// Writes that a message which was saved has ended, after the fact at `applied`.
void WriteEnd(Position applied, std::string& out);

// One read back; texts are views of the bytes.
struct SavedRecipient {
  Recipient facts;  // without its texts and links
  std::string_view address;
  std::string_view original;
  std::string_view text;
  std::string_view remote_host;
  std::string_view remote_ip;
};
struct SavedMessage {
  Message facts;       // without its texts, links and recipients
  bool ended = false;  // nothing but facts.applied is known
  std::string_view sender;
  std::string_view message_id;
  std::vector<SavedRecipient> recipients;
};

// Any bytes are safe to give.
[[nodiscard]] Result<SavedMessage> ReadMessage(std::string_view bytes);

}  // namespace ricochet
