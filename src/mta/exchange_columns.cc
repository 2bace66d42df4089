#include "mta/exchange_columns.h"

#include "mta/scan.h"

namespace ricochet {
namespace {

using Field = ExchangeField;

struct Name {
  std::string_view name;
  Field field;
};
constexpr auto kNames = std::to_array<Name>({
    {"date-time", Field::kTime},
    {"date-time-utc", Field::kTime},
    {"origin-timestamp-utc", Field::kTime},
    {"server-ip", Field::kServerIp},
    {"server-hostname", Field::kServerHostname},
    {"connector-id", Field::kConnector},
    {"source", Field::kSource},
    {"event-id", Field::kEventId},
    {"internal-message-id", Field::kInternalMessageId},
    {"message-id", Field::kMessageId},
    {"network-message-id", Field::kNetworkMessageId},
    {"recipient-address", Field::kRecipients},
    {"recipient-status", Field::kStatuses},
    {"total-bytes", Field::kSize},
    {"recipient-count", Field::kRecipientCount},
    {"sender-address", Field::kSender},
    {"return-path", Field::kReturnPath},
    {"message-info", Field::kMessageInfo},
    {"directionality", Field::kDirectionality},
});

constexpr bool SameName(std::string_view written,
                        std::string_view name) noexcept {
  if (written.size() != name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (written[i] != name[i] && (written[i] != '_' || name[i] != '-')) {
      return false;
    }
  }
  return true;
}

constexpr Field FieldOf(std::string_view written) noexcept {
  for (const auto& [name, field] : kNames) {
    if (SameName(written, name)) return field;
  }
  return Field::kNone;
}

// Calls visit(column, name) of each; false if there are more than a layout
// holds.
template <class Visit>
constexpr bool ForEachName(std::string_view names, Visit visit) noexcept {
  for (std::size_t column = 0; column < ColumnLayout::kMax; ++column) {
    const auto comma = names.find(',');
    auto name = names.substr(0, comma);
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
      name = name.substr(1, name.size() - 2);
    }
    visit(column, name);
    if (comma == std::string_view::npos) return true;
    names.remove_prefix(comma + 1);
  }
  return false;
}

struct Published {
  std::size_t columns;
  ExchangeColumns at;
};

constexpr Published Publish(std::string_view names) noexcept {
  Published published{0, {}};
  ForEachName(names, [&](std::size_t column, std::string_view name) {
    published.columns = column + 1;
    published.at.Set(FieldOf(name), column);
  });
  return published;
}

// Learn, "Message tracking log files" of each version. Exchange 2010 without
// service pack writes what 2007 did; SP1 added five columns, 2013 the network
// message id, 2016 the last three.
constexpr auto kPublished = std::to_array<Published>({
    Publish("date-time,client-ip,client-hostname,server-ip,server-hostname,"
            "source-context,connector-id,source,event-id,internal-message-id,"
            "message-id,network-message-id,recipient-address,recipient-status,"
            "total-bytes,recipient-count,related-recipient-address,reference,"
            "message-subject,sender-address,return-path,message-info,"
            "directionality,tenant-id,original-client-ip,original-server-ip,"
            "custom-data,transport-traffic-type,log-id,schema-version"),
    Publish("date-time,client-ip,client-hostname,server-ip,server-hostname,"
            "source-context,connector-id,source,event-id,internal-message-id,"
            "message-id,network-message-id,recipient-address,recipient-status,"
            "total-bytes,recipient-count,related-recipient-address,reference,"
            "message-subject,sender-address,return-path,message-info,"
            "directionality,tenant-id,original-client-ip,original-server-ip,"
            "custom-data"),
    Publish("date-time,client-ip,client-hostname,server-ip,server-hostname,"
            "source-context,connector-id,source,event-id,internal-message-id,"
            "message-id,recipient-address,recipient-status,total-bytes,"
            "recipient-count,related-recipient-address,reference,"
            "message-subject,sender-address,return-path,message-info,"
            "directionality,tenant-id,original-client-ip,original-server-ip,"
            "custom-data"),
    Publish("date-time,client-ip,client-hostname,server-ip,server-hostname,"
            "source-context,connector-id,source,event-id,internal-message-id,"
            "message-id,recipient-address,recipient-status,total-bytes,"
            "recipient-count,related-recipient-address,reference,"
            "message-subject,sender-address,return-path,message-info"),
});
static_assert(kPublished[0].columns == 30 && kPublished[1].columns == 27 &&
              kPublished[2].columns == 26 && kPublished[3].columns == 21);

}  // namespace

const ExchangeColumns* PublishedExchangeColumns(std::size_t columns) noexcept {
  for (const auto& published : kPublished) {
    if (published.columns == columns) return &published.at;
  }
  return nullptr;
}

std::optional<ColumnLayout> ReadExchangeHeader(
    std::string_view names) noexcept {
  ColumnLayout layout;
  const bool fits =
      ForEachName(names, [&](std::size_t column, std::string_view name) {
        layout.columns = static_cast<std::uint8_t>(column + 1);
        layout.fields[column] = static_cast<std::uint8_t>(FieldOf(name));
      });
  if (!fits) return {};
  const auto at = ExchangeColumnsOf(layout);
  for (const auto needed :
       {Field::kTime, Field::kEventId, Field::kMessageId, Field::kRecipients,
        Field::kStatuses, Field::kSender}) {
    if (!at.Has(needed)) return {};
  }
  return layout;
}

ExchangeColumns ExchangeColumnsOf(const ColumnLayout& layout) noexcept {
  ExchangeColumns at;
  for (std::size_t column = 0; column < layout.columns; ++column) {
    at.Set(static_cast<Field>(layout.fields[column]), column);
  }
  return at;
}

bool IsExchangeProtocolHeader(std::string_view names) noexcept {
  return Is(names,
            "date-time,connector-id,session-id,sequence-number,local-endpoint,"
            "remote-endpoint,event,data,context");
}

}  // namespace ricochet
