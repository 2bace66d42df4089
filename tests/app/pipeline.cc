#include "app/pipeline.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace ricochet {
namespace {

const std::vector<std::string> kTopicNames = {"mail.logs"};

std::unique_ptr<Ruleset> BuiltInRules() {
  auto book = RuleBook::BuiltIn();
  if (!book) {
    ADD_FAILURE() << book.error().message;
    std::abort();
  }
  auto rules = Ruleset::Compile(*book);
  if (!rules) {
    ADD_FAILURE() << rules.error().message;
    std::abort();
  }
  return std::move(*rules);
}

}  // namespace

Pipeline::Pipeline(AttemptsSettings settings, CorrelationLimits limits)
    : attribution_(*Attribution::Make({})),
      ids_("test", kTopicNames),
      attempts_(std::move(settings), BuiltInRules(), ids_),
      correlator_(limits, attribution_, kTopicNames[0], *counts) {}

void Pipeline::Feed(std::string_view value, EventTime time,
                    std::string_view key) {
  const Record record{
      .value = value, .key = key, .offset = offset_++, .time = time};
  attempts_.Process(record, correlator_, *this, *counts);
}

void Pipeline::OnEvent(const DeliveryEvent& event) {
  if (on_event) on_event(event);
  const DeliveryAttempt& attempt = event.attempt;
  const EnhancedCode dsn = attempt.event->dsn;
  events.push_back({
      .id = event.id,
      .source = event.source,
      .outcome = attempt.outcome,
      .role = attempt.role,
      .final = attempt.final,
      .time = attempt.time,
      .time_quality = attempt.time_quality,
      .instance = std::string(attempt.event->instance),
      .service = std::string(attempt.event->service),
      .queue_id = std::string(attempt.event->queue_id),
      .recipient = std::string(attempt.recipient),
      .original_recipient = std::string(attempt.original_recipient),
      .has_sender = attempt.has_sender,
      .sender = std::string(attempt.sender),
      .attempt = attempt.attempt,
      .dsn = std::to_string(dsn.cls) + "." + std::to_string(dsn.subject) + "." +
             std::to_string(dsn.detail),
      .verdict = event.verdict,
      .reply_code = event.response.reply_code,
      .text = std::string(event.response.text),
      .template_id = event.response.template_id,
      .truncated = event.response.truncated,
      .entities = {std::string(event.entities.dnsbl),
                   std::string(event.entities.listed_ip),
                   std::string(event.entities.url),
                   std::string(event.entities.tag),
                   std::string(event.entities.new_address)},
  });
}

void Pipeline::OnDeadLetter(const DeadLetter& letter) {
  letters.push_back(
      {letter.reason, std::string(letter.value), std::string(letter.error)});
}

std::uint64_t Pipeline::Counted(Cause cause) const {
  std::uint64_t sum = 0;
  for (const auto& causes : counts->lines) {
    sum += causes[static_cast<std::size_t>(cause)];
  }
  return sum;
}

std::uint64_t Pipeline::LinesCounted() const {
  return counts->Lines(Fate::kEmitted) + counts->Lines(Fate::kAbsorbed) +
         counts->Lines(Fate::kIgnored) + counts->Lines(Fate::kDeadLettered);
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::uint64_t CountOf(std::string_view text, std::string_view part) {
  std::uint64_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

std::string ReferenceData() {
  const char* folder = std::getenv("RICOCHET_REFERENCE_DATA");
  return folder == nullptr ? "" : folder;
}

}  // namespace ricochet
