#pragma once

#include <cstdint>
#include <string_view>

namespace ricochet {

// What a member of a shipper's document tells us.
enum class DocumentField : std::uint8_t {
  kNothing,
  kText,
  kHost,
  kProgram,
  kTag,  // a program only if it is written like syslog's: "postfix/smtp[1]:"
  kPid,
  kTime,
};
inline constexpr std::size_t kDocumentFieldCount = 7;

// The objects whose members we know.
enum class DocumentPlace : std::uint8_t {
  kNowhere,
  kTop,
  kHost,
  kBeat,
  kAgent,
  kEvent,
  kProcess,
  kLog,
  kLogSyslog,
};

struct DocumentKey {
  DocumentPlace in;
  std::string_view name;
  DocumentField field;
  std::uint8_t rank;  // among the keys of a field the lowest present wins
  DocumentPlace inner = DocumentPlace::kNowhere;  // when it is an object
};

// Null when the key is of no interest.
[[nodiscard]] const DocumentKey* FindDocumentKey(
    DocumentPlace in, std::string_view name) noexcept;

}  // namespace ricochet
