#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate_random.h"
#include "generate_replies.h"

namespace ricochet::bench {

// Where one recipient domain has its mail.
struct Domain {
  std::string name;
  std::string mx;
  std::string mx_ip;
  const Provider* provider = nullptr;
};

// One of our customers, who send.
struct SenderDomain {
  std::string name;      // "news.shop7.example"
  std::string envelope;  // the domain of its envelope senders
  bool verp = false;     // the recipient is encoded in the envelope sender
};

// A recipient, by number: its address and its fate follow from it, so that
// nothing has to be stored, and a dead mailbox stays dead.
struct RecipientId {
  std::uint32_t domain = 0;
  std::uint32_t user = 0;

  friend bool operator==(RecipientId, RecipientId) = default;
};

// Who writes to whom: all domains, addresses and their lasting fates. A pure
// function of the seed; immutable.
class Population {
 public:
  // `dead_permille` of the addresses have a lasting fault.
  Population(const Catalogue& catalogue, std::uint64_t seed,
             std::uint64_t dead_permille);

  [[nodiscard]] RecipientId AnyRecipient(Random& random) const;
  [[nodiscard]] const SenderDomain& AnySender(Random& random) const;
  [[nodiscard]] const Domain& DomainOf(RecipientId id) const {
    return domains_[id.domain];
  }
  // Appends the local part; one in fifty has capitals.
  void AppendLocalPart(RecipientId id, std::string* out) const;
  // The answer that this address always gets, or null: it works.
  [[nodiscard]] const ReplyTemplate* FateOf(RecipientId id) const;

 private:
  [[nodiscard]] std::uint64_t Hash(RecipientId id) const {
    return Mix(seed_ ^ (std::uint64_t{id.domain} << 32 | id.user));
  }

  std::uint64_t seed_;
  std::uint64_t dead_permille_;
  std::vector<Domain> domains_;
  std::vector<SenderDomain> senders_;
  // For each provider: total share up to it, its first domain, their number.
  struct Share {
    std::uint64_t upto;
    std::uint32_t first;
    std::uint32_t count;
  };
  std::vector<Share> shares_;
};

// An address out of the blocks that RFC 5737 reserves for documentation.
[[nodiscard]] std::string DocumentationIp(std::uint64_t number);

}  // namespace ricochet::bench
