#include "generate_population.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "generate_text.h"

namespace ricochet::bench {
namespace {

constexpr std::array<std::string_view, 32> kFirstNames = {
    "ada",  "ann",   "ben",   "carl",  "clara", "dora",   "emil", "eva",
    "finn", "frida", "georg", "greta", "hans",  "ida",    "ivan", "jana",
    "kai",  "lena",  "leo",   "maria", "max",   "nina",   "olga", "otto",
    "paul", "rosa",  "sam",   "sofia", "tim",   "ursula", "vera", "will"};
constexpr std::array<std::string_view, 32> kLastNames = {
    "adams",   "bauer",  "becker", "brown",  "clark",   "costa", "dubois",
    "fischer", "garcia", "green",  "haas",   "hill",    "jones", "keller",
    "king",    "kovacs", "lang",   "lopez",  "martin",  "meyer", "moore",
    "novak",   "petit",  "rossi",  "santos", "schmidt", "silva", "smith",
    "taylor",  "weber",  "white",  "young"};
constexpr std::array<std::string_view, 24> kThings = {
    "amber",  "anchor",  "birch",  "bridge", "cedar",  "cloud",
    "copper", "delta",   "ember",  "falcon", "garden", "harbor",
    "island", "juniper", "lake",   "maple",  "meadow", "orchid",
    "pine",   "river",   "silver", "stone",  "willow", "winter"};

constexpr std::uint32_t kSenderDomains = 40;
constexpr std::uint64_t kUsers = 4000;  // addresses a domain, at most

// A number below `n`, small ones more often.
std::uint64_t Skewed(Random& random, std::uint64_t n) {
  return std::min(random.Below(n), random.Below(n));
}

Domain MakeDomain(const Provider& provider, std::uint64_t number,
                  std::uint64_t hash) {
  Domain domain;
  domain.provider = &provider;
  domain.name = Concat(kThings[hash % kThings.size()], "-", provider.name,
                       number, ".", provider.suffix);
  const auto& mx = provider.mx[(hash >> 8) % provider.mx.size()];
  domain.mx = Replace(Replace(mx, "{domain}", domain.name), "{label}",
                      Replace(domain.name, ".", "-"));
  domain.mx_ip = (hash >> 16) % 20 == 0
                     ? Concat("2001:db8:", Hex(hash >> 48),
                              "::", Hex((hash >> 32) & 0xffffU))
                     : DocumentationIp(hash >> 32);
  return domain;
}

}  // namespace

std::string DocumentationIp(std::uint64_t number) {
  constexpr std::array<std::string_view, 3> kBlocks = {
      "192.0.2.", "198.51.100.", "203.0.113."};
  return Concat(kBlocks[number % 3], 1 + (number / 3) % 254);
}

Population::Population(const Catalogue& catalogue, std::uint64_t seed,
                       std::uint64_t dead_permille)
    : seed_(Mix(seed)), dead_permille_(dead_permille) {
  std::uint64_t upto = 0;
  for (const auto& provider : catalogue.providers()) {
    upto += provider.share;
    shares_.push_back({upto, static_cast<std::uint32_t>(domains_.size()),
                       static_cast<std::uint32_t>(provider.domains)});
    for (std::uint64_t i = 0; i < provider.domains; ++i) {
      domains_.push_back(MakeDomain(provider, i, Mix(seed_ + domains_.size())));
    }
  }
  for (std::uint32_t i = 0; i < kSenderDomains; ++i) {
    SenderDomain sender;
    sender.name = Concat("news.shop", i, ".example");
    sender.envelope = i % 4 == 0 ? sender.name : "bounce." + sender.name;
    sender.verp = i % 4 == 1;
    senders_.push_back(std::move(sender));
  }
}

RecipientId Population::AnyRecipient(Random& random) const {
  const auto share = random.Below(shares_.back().upto);
  const auto at = std::upper_bound(
      shares_.begin(), shares_.end(), share,
      [](std::uint64_t s, const Share& entry) { return s < entry.upto; });
  return {at->first + static_cast<std::uint32_t>(Skewed(random, at->count)),
          static_cast<std::uint32_t>(Skewed(random, kUsers))};
}

const SenderDomain& Population::AnySender(Random& random) const {
  return senders_[Skewed(random, senders_.size())];
}

void Population::AppendLocalPart(RecipientId id, std::string* out) const {
  const auto hash = Hash(id);
  const auto begin = out->size();
  Append(out, kFirstNames[hash % 32], (hash >> 5) % 2 == 0 ? "." : "",
         kLastNames[(hash >> 6) % 32], id.user);
  if ((hash >> 11) % 50 != 0) return;
  auto& first = (*out)[begin];
  first = static_cast<char>(std::toupper(static_cast<unsigned char>(first)));
}

const ReplyTemplate* Population::FateOf(RecipientId id) const {
  const Provider& provider = *domains_[id.domain].provider;
  const auto& fates = provider.For(Scope::kAddress);
  const auto hash = Hash(id);
  if (!provider.For(Scope::kSent).empty()) {
    if (fates.empty() || (hash >> 12) % 1000 >= dead_permille_) return nullptr;
    return fates.Pick(Mix(hash));
  }
  return fates.Pick(Mix(id.domain ^ seed_));  // a dead domain: one fate for all
}

}  // namespace ricochet::bench
