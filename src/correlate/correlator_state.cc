// The part of Correlator that saves messages to the changelog, and reads them
// back.
#include <algorithm>
#include <utility>

#include "correlate/correlator.h"

namespace ricochet {

void Correlator::Touch(Message& message) {
  if (!message.saved || message.changed) return;
  message.changed = true;
  changed_.Append(message);
}

bool Correlator::IsOld(const Message& message) const {
  return message.first + limits_.save_after < newest_ ||
         message.offset + limits_.save_after_records <= position_.offset;
}

void Correlator::Save(StateWriter& state) {
  SaveEnds(state);  // first: one of these ids may be in use again
  while (changed_.first != nullptr) {
    Message& message = *changed_.first;
    changed_.Unlink(message);
    message.changed = false;
    Write(message, state);
  }
  while (unsaved_.first != nullptr && IsOld(*unsaved_.first)) {
    Message& message = *unsaved_.first;
    unsaved_.Unlink(message);
    message.saved = true;
    Write(message, state);
  }
  DeleteEnds(state);
}

void Correlator::Write(Message& message, StateWriter& state) {
  ends_.erase(message.key);
  WriteMessage(message, position_, value_);
  state.Put(BytesOf(message.key), value_, false);
}

void Correlator::SaveEnds(StateWriter& state) {
  for (auto& [key, end] : ends_) {
    if (end.saved) continue;
    end.saved = true;
    WriteEnd(end.at, value_);
    state.Put(BytesOf(key), value_, false);
  }
}

// Whoever takes over reads from the low water on.
void Correlator::DeleteEnds(StateWriter& state) {
  const Offset low = low_water();
  absl::erase_if(ends_, [&](const auto& entry) {
    const bool over = low == kNoOffset || entry.second.at.offset < low;
    if (over) state.Put(BytesOf(entry.first), {}, true);
    return over;
  });
}

Offset Correlator::low_water() const noexcept {
  const Offset session = sessions_.low_water();
  if (unsaved_.first == nullptr) return session;
  if (session == kNoOffset) return unsaved_.first->offset;
  return std::min(unsaved_.first->offset, session);
}

Result<void> Correlator::Load(StateReader& saved) {
  while (true) {
    auto entry = saved.Next();
    if (!entry) return tl::unexpected(std::move(entry.error()));
    if (!*entry) break;
    if (auto done = LoadOne(**entry); !done) return done;
  }
  std::vector<Message*> messages;
  for (const auto& [key, message] : messages_) messages.push_back(message);
  std::ranges::sort(messages, {}, [](const Message* m) {
    return std::pair(m->offset, m->key.id);
  });
  for (Message* message : messages) all_.Append(*message);
  std::ranges::stable_sort(messages, {}, &Message::gone);
  for (Message* message : messages) {
    if (message->removed) removed_.Append(*message);
  }
  return {};
}

void Correlator::ForgetAll() {
  while (all_.first != nullptr) Erase(*all_.first);
  for (auto& [key, end] : ends_) end.at = {};
}

// Messages are not in any list yet: they are sorted first.
Result<void> Correlator::LoadOne(const StateReader::Entry& entry) {
  const auto key = ReadMessageKey(entry.key);
  if (!key) return tl::unexpected(key.error());
  if (const auto found = messages_.find(*key); found != messages_.end()) {
    Message& old = *found->second;
    while (old.outstanding != nullptr) ForgetRecipient(old, old.outstanding);
    texts_.Free(old.sender);
    texts_.Free(old.message_id);
    message_slab_.Free(&old);
    messages_.erase(found);
  }
  ends_.erase(*key);
  if (entry.tombstone) return {};
  const auto saved = ReadMessage(entry.value);
  if (!saved) return tl::unexpected(saved.error());
  if (!saved->ended) {
    Restore(*key, *saved);
    return {};
  }
  const Position at = saved->facts.applied;
  ends_[*key] = {at, true};
  last_end_ = std::max(last_end_, at.offset);
  return {};
}

void Correlator::Restore(const MessageKey& key, const SavedMessage& saved) {
  Message* message = message_slab_.Take();
  *message = saved.facts;
  message->key = key;
  message->saved = true;
  message->sender = texts_.Copy(saved.sender);
  message->message_id = texts_.Copy(saved.message_id);
  // The list gives the recipient last kept first.
  for (auto it = saved.recipients.rbegin(); it != saved.recipients.rend();
       ++it) {
    Recipient* recipient = recipient_slab_.Take();
    *recipient = it->facts;
    recipient->address = texts_.Copy(it->address);
    recipient->original = texts_.Copy(it->original);
    recipient->text = texts_.Copy(it->text);
    recipient->remote_host = texts_.Copy(it->remote_host);
    recipient->remote_ip = texts_.Copy(it->remote_ip);
    recipient->next = message->outstanding;
    message->outstanding = recipient;
    ++message->outstanding_count;
  }
  messages_.emplace(key, message);
}

}  // namespace ricochet
