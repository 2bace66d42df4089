#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "publish/time_text.h"
#include "ricochet/event.h"
#include "ricochet/output.h"

namespace ricochet {

inline constexpr std::string_view kDeliveryEventType = "ricochet.delivery.v1";
inline constexpr std::string_view kDeadLetterType = "ricochet.dead-letter.v1";
inline constexpr std::string_view kSuppressionType = "ricochet.suppression.v1";
inline constexpr std::string_view kSuppressionChangeType =
    "ricochet.suppression-change.v1";
inline constexpr std::string_view kBounceRateType = "ricochet.bounce-rate.v1";

// The attributes of CloudEvents 1.0 as Kafka headers (binary content mode of
// its Kafka protocol binding, section 3.2), with room for a few more headers.
// Owned by one encoder; not thread-safe.
class CloudEventHeaders {
 public:
  static constexpr std::size_t kMaxExtra = 5;

  // `type` and `content_type` are literals.
  CloudEventHeaders(std::string_view type, std::string_view content_type);
  CloudEventHeaders(const CloudEventHeaders&) = delete;
  CloudEventHeaders& operator=(const CloudEventHeaders&) = delete;

  // Begins the headers of the next event; `source` is a URI-reference.
  void Set(EventId id, std::string_view source, EventTime time);
  // At most kMaxExtra times after a Set().
  void Add(std::string_view name, std::string_view value);
  // Dies at the next Set(), or with what was given.
  [[nodiscard]] std::span<const Header> headers() const noexcept {
    return {headers_.data(), size_};
  }

 private:
  std::string_view type_;
  std::string_view content_type_;
  std::array<char, 32> id_{};
  TimeText time_;
  std::array<Header, 6 + kMaxExtra> headers_;
  std::size_t size_ = 0;
};

// `base` + "/" + each topic, percent-encoded where a URI-reference needs it
// (RFC 3986): the ce_source of events made from each input topic.
[[nodiscard]] std::vector<std::string> EventSources(
    std::string_view base, std::span<const std::string> topics);

}  // namespace ricochet
