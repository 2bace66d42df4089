#include "mta/kumomta_record.h"

#include <array>
#include <cstddef>
#include <cstring>

#include <simdjson.h>

#include "mta/scan.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

namespace od = simdjson::ondemand;
using simdjson::error_code;

constexpr std::size_t kFirstCapacity = 4096;

template <class Member>
struct Named {
  std::string_view name;
  Member KumoMtaRecord::*member;
};

constexpr auto kTexts = std::to_array<Named<std::string_view>>({
    {"type", &KumoMtaRecord::type},
    {"id", &KumoMtaRecord::id},
    {"nodeid", &KumoMtaRecord::nodeid},
    {"event_time", &KumoMtaRecord::event_time},
    {"reception_protocol", &KumoMtaRecord::reception_protocol},
    {"delivery_protocol", &KumoMtaRecord::delivery_protocol},
    {"egress_pool", &KumoMtaRecord::egress_pool},
    {"egress_source", &KumoMtaRecord::egress_source},
});

constexpr auto kNumbers = std::to_array<Named<std::int64_t>>({
    {"size", &KumoMtaRecord::size},
    {"num_attempts", &KumoMtaRecord::num_attempts},
});

constexpr auto kTokens = std::to_array<Named<std::string_view>>({
    {"timestamp", &KumoMtaRecord::timestamp},
    {"created", &KumoMtaRecord::created},
});

template <class List>
auto Find(const List& list, std::string_view name) noexcept {
  for (const auto& named : list) {
    if (named.name == name) return named.member;
  }
  return decltype(list.front().member){};
}

// A string, or null, which leaves `text`.
error_code TakeText(od::value value, std::string_view& text) noexcept {
  od::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  if (type == od::json_type::string) return value.get_string().get(text);
  bool null = false;
  if (const auto error = value.is_null().get(null)) return error;
  return null ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
}

error_code TakeNumber(od::value value, std::int64_t& number) noexcept {
  return value.get_int64().get(number);
}

// A number as it stands in the document.
error_code TakeToken(od::value value, std::string_view& text) noexcept {
  text = TrimEnd(value.raw_json_token());
  return simdjson::SUCCESS;
}

// Does `visit` for each member; null is an empty object.
template <class Visit>
error_code ForEach(od::value value, const Visit& visit) noexcept {
  od::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  if (type != od::json_type::object) {
    bool null = false;
    if (const auto error = value.is_null().get(null)) return error;
    return null ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
  }
  od::object object;
  if (const auto error = value.get_object().get(object)) return error;
  for (auto member : object) {
    std::string_view name;
    if (const auto error = member.unescaped_key().get(name)) return error;
    od::value inner;
    if (const auto error = member.value().get(inner)) return error;
    if (const auto error = visit(name, inner)) return error;
  }
  return simdjson::SUCCESS;
}

error_code TakeCode(od::value value, EnhancedCode& code) noexcept {
  code = {};
  return ForEach(value, [&](std::string_view name, od::value inner) {
    std::int64_t part = 0;
    if (const auto error = TakeNumber(inner, part)) return error;
    if (part < 0 || part > 999) return simdjson::NUMBER_OUT_OF_RANGE;
    if (name == "class" && part < 10) {
      code.cls = static_cast<std::uint8_t>(part);
    } else if (name == "subject") {
      code.subject = static_cast<std::uint16_t>(part);
    } else if (name == "detail") {
      code.detail = static_cast<std::uint16_t>(part);
    }
    return simdjson::SUCCESS;
  });
}

error_code TakeResponse(od::value value, KumoMtaRecord& record) noexcept {
  return ForEach(value, [&](std::string_view name, od::value inner) {
    if (name == "code") return TakeNumber(inner, record.code);
    if (name == "content") return TakeText(inner, record.content);
    if (name == "command") return TakeText(inner, record.command);
    if (name == "enhanced_code") return TakeCode(inner, record.enhanced_code);
    return simdjson::SUCCESS;
  });
}

error_code TakePeer(od::value value, KumoMtaRecord& record) noexcept {
  return ForEach(value, [&](std::string_view name, od::value inner) {
    if (name == "name") return TakeText(inner, record.peer_name);
    if (name == "addr") return TakeText(inner, record.peer_addr);
    return simdjson::SUCCESS;
  });
}

// Header values are strings, or lists of them; only Message-ID is of interest.
error_code TakeHeaders(od::value value, KumoMtaRecord& record) noexcept {
  return ForEach(value, [&](std::string_view name, od::value inner) {
    if (!EqualsIgnoreCase(name, "message-id")) return simdjson::SUCCESS;
    od::json_type type{};
    if (const auto error = inner.type().get(type)) return error;
    if (type != od::json_type::string) return simdjson::SUCCESS;
    return TakeText(inner, record.message_id);
  });
}

error_code TakeRecipients(od::value value, KumoMtaRecord& record,
                          std::string& more) {
  more.clear();
  record.recipient = {};
  od::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  if (type != od::json_type::array) return TakeText(value, record.recipient);
  od::array list;
  if (const auto error = value.get_array().get(list)) return error;
  for (auto element : list) {
    std::string_view address;
    if (const auto error = element.get_string().get(address)) return error;
    if (record.recipient.empty()) {
      record.recipient = address;
    } else {
      more.append(address).push_back('\0');
    }
  }
  return simdjson::SUCCESS;
}

// What a stranger may have sent: a string, or the first of a list of them;
// anything else is passed over.
error_code TakeAnyText(od::value value, std::string_view& text) noexcept {
  od::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  if (type == od::json_type::string) return value.get_string().get(text);
  if (type != od::json_type::array) return simdjson::SUCCESS;
  od::array list;
  if (const auto error = value.get_array().get(list)) return error;
  for (auto element : list) {
    od::value first;
    if (const auto error = element.get(first)) return error;
    if (const auto error = first.type().get(type)) return error;
    if (type == od::json_type::string) return first.get_string().get(text);
    break;
  }
  return simdjson::SUCCESS;
}

template <class Visit>
error_code ForEachIfObject(od::value value, const Visit& visit) noexcept {
  od::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  return type == od::json_type::object ? ForEach(value, visit)
                                       : simdjson::SUCCESS;
}

// Names as in KumoMTA's source, one of them misspelt.
error_code TakeFeedback(od::value value, KumoMtaRecord& record) noexcept {
  return ForEachIfObject(value, [&](std::string_view name, od::value inner) {
    if (name == "feedback_type") {
      return TakeAnyText(inner, record.feedback_type);
    }
    if (name == "original_mail_from") {
      return TakeAnyText(inner, record.original_mail_from);
    }
    if (name == "original_rcpto_to" || name == "original_rcpt_to") {
      return TakeAnyText(inner, record.original_rcpt_to);
    }
    if (name != "supplemental_trace") return simdjson::SUCCESS;
    return ForEachIfObject(inner, [&](std::string_view key, od::value member) {
      return key == "recipient" ? TakeAnyText(member, record.complainer)
                                : simdjson::SUCCESS;
    });
  });
}

error_code TakeMember(std::string_view name, od::value value,
                      KumoMtaRecord& record, std::string& more) {
  if (const auto text = Find(kTexts, name)) {
    return TakeText(value, record.*text);
  }
  if (const auto number = Find(kNumbers, name)) {
    return TakeNumber(value, record.*number);
  }
  if (const auto token = Find(kTokens, name)) {
    return TakeToken(value, record.*token);
  }
  if (name == "sender") {
    record.has_sender = true;
    return TakeText(value, record.sender);
  }
  if (name == "recipient") return TakeRecipients(value, record, more);
  if (name == "response") return TakeResponse(value, record);
  if (name == "peer_address") return TakePeer(value, record);
  if (name == "headers") return TakeHeaders(value, record);
  if (name == "feedback_report") return TakeFeedback(value, record);
  return simdjson::SUCCESS;
}

}  // namespace

struct KumoMtaReader::Parser {
  od::parser parser;
  std::string buffer;  // the document, and room for simdjson to read beyond it

  error_code Open(std::string_view json, od::document& document) {
    const std::size_t needed = json.size() + simdjson::SIMDJSON_PADDING;
    if (buffer.size() < needed) buffer.resize(needed * 2);
    std::memcpy(buffer.data(), json.data(), json.size());
    // What an earlier document left there must not complete this one.
    std::memset(buffer.data() + json.size(), 0, simdjson::SIMDJSON_PADDING);
    return parser.iterate(buffer.data(), json.size(), buffer.size())
        .get(document);
  }
};

KumoMtaReader::KumoMtaReader() : parser_(std::make_unique<Parser>()) {
  parser_->buffer.resize(kFirstCapacity);
}

KumoMtaReader::~KumoMtaReader() = default;

bool KumoMtaReader::Read(std::string_view json, KumoMtaRecord& record,
                         std::string& more) {
  record = KumoMtaRecord{};
  more.clear();
  if (json.empty()) return false;
  od::document root;
  if (parser_->Open(json, root)) return false;
  od::object object;
  if (root.get_object().get(object)) return false;
  for (auto member : object) {
    std::string_view name;
    od::value value;
    if (member.unescaped_key().get(name) || member.value().get(value) ||
        TakeMember(name, value, record, more)) {
      return false;
    }
  }
  const char* behind = nullptr;
  return root.current_location().get(behind) != simdjson::SUCCESS;
}

}  // namespace ricochet
