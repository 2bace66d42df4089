#include "publish/cloud_event.h"

#include <cassert>

#include "publish/event_id.h"

namespace ricochet {
namespace {

// RFC 3986, sections 2.2 and 2.3, but for what would end a path.
constexpr bool StaysInUri(char c) noexcept {
  constexpr std::string_view kPunctuation = "-._~:/@!$&'()*+,;=";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') ||
         kPunctuation.find(c) != std::string_view::npos;
}

void AppendUri(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (StaysInUri(c)) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[octet >> 4];
    out += kDigits[octet & 0xF];
  }
}

}  // namespace

CloudEventHeaders::CloudEventHeaders(std::string_view type,
                                     std::string_view content_type)
    : type_(type), content_type_(content_type) {}

void CloudEventHeaders::Set(EventId id, std::string_view source,
                            EventTime time) {
  id_ = ToHex(id);
  size_ = 0;
  headers_[size_++] = {"ce_specversion", "1.0"};
  headers_[size_++] = {"ce_id", {id_.data(), id_.size()}};
  headers_[size_++] = {"ce_type", type_};
  headers_[size_++] = {"ce_source", source};
  headers_[size_++] = {"content-type", content_type_};
  // Optional, so left out when there is none.
  if (const auto text = time_.Format(time); !text.empty()) {
    headers_[size_++] = {"ce_time", text};
  }
}

void CloudEventHeaders::Add(std::string_view name, std::string_view value) {
  assert(size_ < headers_.size());
  headers_[size_++] = {name, value};
}

std::vector<std::string> EventSources(std::string_view base,
                                      std::span<const std::string> topics) {
  std::vector<std::string> sources;
  for (const auto& topic : topics) {
    auto& source = sources.emplace_back(base);
    source += '/';
    AppendUri(topic, source);
  }
  return sources;
}

}  // namespace ricochet
