#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/result.h"

namespace ricochet {

// One rule that names the stream, tenant or egress of a message. All
// conditions given must hold; an empty one is not asked.
struct AttributionRule {
  std::string sender_domain;  // "shop.example", or ".shop.example": and below
  std::string header_name;    // as logged by the MTA; any letter case
  std::string header_value;   // exact
  std::string instance;       // "postfix-mx"
  std::string service;        // "smtp-pool1"
  std::string host;           // the MTA's host
  std::string topic;          // the input topic
  std::string name;           // what the message gets
};

// The config's [[tenant]], [[stream]] and [[egress]]; first match wins.
struct AttributionRules {
  std::vector<AttributionRule> tenants;
  std::vector<AttributionRule> streams;
  std::vector<AttributionRule> egresses;
  std::string default_tenant = "default";
  std::string default_stream = "default";
};

// The streams that are counted on their own: a stream's number is its place.
// The default one, then the rules' in their order; what is beyond the most that
// Counts has room for is "other", the last.
[[nodiscard]] std::vector<std::string> StreamNames(
    const AttributionRules& rules);

// Which of the rules' headers a message carried: one bit per rule that asks
// for one, in the order tenants, streams, egresses.
using HeaderSet = std::uint64_t;

// What is known of a message when it is attributed. Views of the caller's.
struct AttributedMessage {
  std::string_view sender_domain;
  std::string_view instance;
  std::string_view service;
  std::string_view host;
  std::string_view topic;
  HeaderSet headers = 0;
};

// Answers whose a message is. Immutable; may be shared by threads.
class Attribution {
 public:
  static constexpr std::size_t kMaxHeaderRules = 64;

  // Fails when more than kMaxHeaderRules rules ask for a header.
  [[nodiscard]] static Result<Attribution> Make(AttributionRules rules);

  struct Stream {
    std::string_view name;
    std::uint8_t number = 0;  // see StreamNames()
  };

  // Views live as long as this object.
  [[nodiscard]] std::string_view Tenant(const AttributedMessage& m) const;
  [[nodiscard]] Stream StreamOf(const AttributedMessage& m) const;
  // Empty: no rule named one.
  [[nodiscard]] std::string_view Egress(const AttributedMessage& m) const;

  // The rules whose header condition this header meets.
  [[nodiscard]] HeaderSet Headers(std::string_view name,
                                  std::string_view value) const;

 private:
  struct Compiled {
    AttributionRule rule;
    HeaderSet header = 0;     // 0: asks for none
    std::uint8_t number = 0;  // of a stream
  };
  using Table = std::vector<Compiled>;

  // The first rule that holds, or null.
  static const Compiled* First(const Table& table, const AttributedMessage& m);
  static std::string_view NameOf(const Table& table, const AttributedMessage& m,
                                 std::string_view otherwise);

  Table tenants_;
  Table streams_;
  Table egresses_;
  std::string default_tenant_;
  std::string default_stream_;
  bool asks_headers_ = false;
};

}  // namespace ricochet
