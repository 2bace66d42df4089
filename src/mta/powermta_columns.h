#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mta/column_layouts.h"
#include "mta/csv.h"

namespace ricochet {

// The columns of PowerMTA's accounting files that are read (User's Guide,
// "Accounting records"). Numbers of a ColumnLayout.
enum class PowerMtaColumn : std::uint8_t {
  kUnread,
  kType,
  kTimeLogged,
  kTimeQueued,
  kOrig,
  kRcpt,
  kOrcpt,
  kDsnAction,
  kDsnStatus,
  kDsnDiag,
  kDsnMta,
  kBounceCat,
  kDlvType,
  kDlvSourceIp,
  kDlvDestinationIp,
  kDlvSize,
  kVmta,
  kVmtaPool,
  kMessageId,     // header_Message-Id, where record-fields asks for it
  kFormat,        // of a feedback record: "arf", "jmrp"
  kFeedbackType,  // the same: "abuse"
  kCount
};

// Is this a header line? "type,timeLogged,..."
[[nodiscard]] bool IsPowerMtaHeader(std::string_view line) noexcept;

// What the header's columns are. The line has been taken apart.
[[nodiscard]] ColumnLayout ReadPowerMtaHeader(const CsvFields& names) noexcept;

// Are these the columns of feedback records?
[[nodiscard]] bool IsOfPowerMtaFeedback(const ColumnLayout& layout) noexcept;

// The published layout of so many columns; null: there is none. For records
// whose header did not come with them.
[[nodiscard]] const ColumnLayout* PublishedPowerMtaLayout(
    std::size_t columns) noexcept;

// One record's fields by name; it keeps views of what it is made from.
class PowerMtaFields {
 public:
  PowerMtaFields(const CsvFields& fields, const ColumnLayout& layout) noexcept;

  // Empty: no such column, or nothing in it.
  [[nodiscard]] std::string_view operator[](
      PowerMtaColumn column) const noexcept {
    return (*fields_)[at_[static_cast<std::size_t>(column)]];
  }
  [[nodiscard]] bool Has(PowerMtaColumn column) const noexcept {
    return at_[static_cast<std::size_t>(column)] != kNowhere;
  }
  // Do the fields look like what the columns are named? A published layout is
  // but a guess from the number of columns.
  [[nodiscard]] bool Fit() const noexcept;

 private:
  static constexpr std::size_t kNowhere = CsvFields::kMost;

  const CsvFields* fields_;
  std::array<std::size_t, static_cast<std::size_t>(PowerMtaColumn::kCount)> at_;
};

}  // namespace ricochet
