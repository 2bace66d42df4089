#include "mta/powermta_columns.h"

#include <algorithm>
#include <array>
#include <span>

#include "mta/scan.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

using Column = PowerMtaColumn;

struct ColumnName {
  std::string_view name;
  Column column;
};
constexpr auto kNames = std::to_array<ColumnName>({
    {"type", Column::kType},
    {"timeLogged", Column::kTimeLogged},
    {"timeQueued", Column::kTimeQueued},
    {"orig", Column::kOrig},
    {"rcpt", Column::kRcpt},
    {"orcpt", Column::kOrcpt},
    {"dsnAction", Column::kDsnAction},
    {"dsnStatus", Column::kDsnStatus},
    {"dsnDiag", Column::kDsnDiag},
    {"dsnMta", Column::kDsnMta},
    {"bounceCat", Column::kBounceCat},
    {"dlvType", Column::kDlvType},
    {"dlvSourceIp", Column::kDlvSourceIp},
    {"dlvDestinationIp", Column::kDlvDestinationIp},
    {"dlvSize", Column::kDlvSize},
    {"vmta", Column::kVmta},
    {"vmtaPool", Column::kVmtaPool},
    {"header_Message-Id", Column::kMessageId},
    {"format", Column::kFormat},
    {"feedbackType", Column::kFeedbackType},
});

// record-fields of delivery and bounce records as they are without
// configuration. "timeImprinted" stood behind timeQueued once; queue and
// vmtaPool came last.
constexpr auto kPublished = std::to_array<Column>({
    Column::kType,      Column::kTimeLogged,  Column::kTimeQueued,
    Column::kOrig,      Column::kRcpt,        Column::kOrcpt,
    Column::kDsnAction, Column::kDsnStatus,   Column::kDsnDiag,
    Column::kDsnMta,    Column::kBounceCat,
    Column::kUnread,  // srcType
    Column::kUnread,  // srcMta
    Column::kDlvType,   Column::kDlvSourceIp, Column::kDlvDestinationIp,
    Column::kUnread,  // dlvEsmtpAvailable
    Column::kDlvSize,   Column::kVmta,
    Column::kUnread,  // jobId
    Column::kUnread,  // envId
});

constexpr std::uint8_t Number(Column column) {
  return static_cast<std::uint8_t>(column);
}

constexpr ColumnLayout Published(bool imprinted, bool pooled) {
  ColumnLayout layout;
  const auto add = [&layout](Column column) {
    layout.fields[layout.columns++] = Number(column);
  };
  for (const auto column : kPublished) {
    add(column);
    if (imprinted && column == Column::kTimeQueued) add(Column::kUnread);
  }
  if (pooled) {
    add(Column::kUnread);  // queue
    add(Column::kVmtaPool);
  }
  return layout;
}

constexpr std::array kLayouts = {Published(false, false),
                                 Published(true, false), Published(false, true),
                                 Published(true, true)};

constexpr auto kActions = std::to_array<std::string_view>(
    {"", "delivered", "relayed", "expanded", "failed", "delayed"});

}  // namespace

bool IsPowerMtaHeader(std::string_view line) noexcept {
  SkipByteOrderMark(line);
  return StartsWith(line, "type,time");
}

ColumnLayout ReadPowerMtaHeader(const CsvFields& names) noexcept {
  ColumnLayout layout;
  layout.columns = static_cast<std::uint8_t>(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const auto& known : kNames) {
      if (!EqualsIgnoreCase(names[i], known.name)) continue;
      layout.fields[i] = Number(known.column);
    }
  }
  return layout;
}

bool IsOfPowerMtaFeedback(const ColumnLayout& layout) noexcept {
  const auto names = std::span(layout.fields).first(layout.columns);
  return std::ranges::any_of(names, [](std::uint8_t name) {
    return name == Number(Column::kFormat) ||
           name == Number(Column::kFeedbackType);
  });
}

const ColumnLayout* PublishedPowerMtaLayout(std::size_t columns) noexcept {
  for (const auto& layout : kLayouts) {
    if (layout.columns == columns) return &layout;
  }
  return nullptr;
}

PowerMtaFields::PowerMtaFields(const CsvFields& fields,
                               const ColumnLayout& layout) noexcept
    : fields_(&fields) {
  at_.fill(kNowhere);
  for (std::size_t i = layout.columns; i-- > 0;) at_[layout.fields[i]] = i;
  at_[Number(Column::kUnread)] = kNowhere;
}

bool PowerMtaFields::Fit() const noexcept {
  const auto logged = (*this)[Column::kTimeLogged];
  const auto status = (*this)[Column::kDsnStatus];
  return !logged.empty() && IsDigit(logged[0]) &&
         Contains((*this)[Column::kRcpt], "@") &&
         (status.empty() || IsDigit(status[0])) &&
         std::ranges::count(kActions, (*this)[Column::kDsnAction]) > 0;
}

}  // namespace ricochet
