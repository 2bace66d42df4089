// Lines of SMTP sessions: the first octet is the session, the second the step
// (+ - > < *). Whatever they are: no recipient has more than one outcome for
// each time he was named, and what is kept stays within the limits.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "correlate/smtp_sessions.h"

namespace {

using ricochet::MtaEvent;

void Require(bool holds) {
  if (!holds) std::abort();
}

MtaEvent::Step StepOf(char c) {
  switch (c) {
    case '+':
      return MtaEvent::Step::kConnected;
    case '-':
      return MtaEvent::Step::kDisconnected;
    case '>':
      return MtaEvent::Step::kSent;
    case '<':
      return MtaEvent::Step::kHeard;
    default:
      return MtaEvent::Step::kNote;
  }
}

void CheckFact(const MtaEvent& fact) {
  if (fact.kind == MtaEvent::Kind::kRemoved) return;
  Require(fact.kind == MtaEvent::Kind::kAttempt);
  Require(!fact.recipient.empty() && !fact.reply.empty());
  Require(fact.recipient.size() <= ricochet::TextPool::kLongest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  constexpr ricochet::SessionLimits kLimits = {.max_sessions = 3,
                                               .max_recipients = 5};
  static const auto counts = std::make_unique<ricochet::Counts>();
  ricochet::SmtpSessions sessions(*counts, kLimits);
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::size_t named = 0;
  std::size_t given = 0;
  ricochet::LogLine line;
  line.time = ricochet::EventTime{};
  for (ricochet::Offset offset = 0; input.size() >= 2; ++offset) {
    const auto text = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(text.size() + 1, input.size()));
    if (text.size() < 2) continue;
    MtaEvent event;
    event.kind = MtaEvent::Kind::kDialogue;
    event.queue_id = text.substr(0, 1);
    event.step = StepOf(text[1]);
    event.dialogue = text.substr(2);
    named += event.step == MtaEvent::Step::kSent ? 1 : 0;
    line.time += std::chrono::minutes(text[0] == '!' ? 20 : 0);
    sessions.Add(line, event, offset);
    while (const MtaEvent* fact = sessions.Next()) {
      CheckFact(*fact);
      given += fact->kind == MtaEvent::Kind::kAttempt ? 1 : 0;
    }
    Require(given <= named);
    Require(sessions.size() <= kLimits.max_sessions);
    Require((sessions.low_water() == ricochet::kNoOffset) ==
            (sessions.size() == 0));
  }
  return 0;
}
