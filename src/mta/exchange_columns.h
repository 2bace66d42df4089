#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mta/column_layouts.h"

namespace ricochet {

// The columns of Exchange's message tracking log that we read.
enum class ExchangeField : std::uint8_t {
  kNone,
  kTime,
  kServerIp,
  kServerHostname,
  kConnector,
  kSource,
  kEventId,
  kInternalMessageId,
  kMessageId,
  kNetworkMessageId,
  kRecipients,
  kStatuses,
  kSize,
  kRecipientCount,
  kSender,
  kReturnPath,
  kMessageInfo,
  kDirectionality,
};
inline constexpr std::size_t kExchangeFieldCount = 18;

// In which column each field stands.
class ExchangeColumns {
 public:
  constexpr ExchangeColumns() { at_.fill(kAbsent); }

  constexpr void Set(ExchangeField field, std::size_t column) noexcept {
    at_[static_cast<std::size_t>(field)] = static_cast<std::uint8_t>(column);
  }
  // Of an absent field, a column beyond any line's last.
  [[nodiscard]] constexpr std::size_t Of(ExchangeField field) const noexcept {
    return at_[static_cast<std::size_t>(field)];
  }
  [[nodiscard]] constexpr bool Has(ExchangeField field) const noexcept {
    return Of(field) != kAbsent;
  }

  friend bool operator==(const ExchangeColumns&,
                         const ExchangeColumns&) = default;

 private:
  static constexpr std::uint8_t kAbsent = 255;
  std::array<std::uint8_t, kExchangeFieldCount> at_{};
};

// The columns of a line of so many fields, by the tables that Microsoft
// published for each version; null: no version writes as many.
[[nodiscard]] const ExchangeColumns* PublishedExchangeColumns(
    std::size_t columns) noexcept;

// Takes a header's names, "date-time,client-ip,...", apart; underscores are as
// good as hyphens. Nothing: a tracking log has other names than these.
[[nodiscard]] std::optional<ColumnLayout> ReadExchangeHeader(
    std::string_view names) noexcept;

[[nodiscard]] ExchangeColumns ExchangeColumnsOf(
    const ColumnLayout& layout) noexcept;

// Are these the columns of "#Fields:" in a protocol log?
[[nodiscard]] bool IsExchangeProtocolHeader(std::string_view names) noexcept;
inline constexpr std::size_t kExchangeProtocolColumns = 9;

}  // namespace ricochet
