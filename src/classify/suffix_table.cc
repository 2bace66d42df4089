#include "classify/suffix_table.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kLongestHost = 255;  // RFC 1035, section 2.3.4

// The last eight octets in lower case, the last one highest; 0 for those in
// front of a shorter text.
std::uint64_t TailOf(std::string_view text) noexcept {
  if (text.size() >= 8) {
    return LowerOctets(LoadEight(text.data() + text.size() - 8));
  }
  std::array<char, 8> tail{};
  std::ranges::copy(text, tail.end() - text.size());
  return LowerOctets(LoadEight(tail.data()));
}

// Does `text` read `lower`, but for its last eight octets?
bool BeginsAs(const char* text, std::string_view lower) noexcept {
  for (std::size_t i = 0; i + 8 < lower.size(); i += 8) {
    if (LowerOctets(LoadEight(text + i)) != LoadEight(lower.data() + i)) {
      return false;
    }
  }
  return true;
}

}  // namespace

SuffixTable::SuffixTable(std::vector<Suffix> suffixes) {
  std::erase_if(suffixes, [](const Suffix& s) { return s.first.empty(); });
  const auto size = [](const Suffix& s) { return s.first.size(); };
  std::ranges::sort(suffixes, std::greater(), size);
  const std::size_t key =
      suffixes.empty() ? 8 : std::min<std::size_t>(8, size(suffixes.back()));
  key_shift_ = static_cast<unsigned>(64 - 8 * key);
  for (auto& [suffix, id] : suffixes) {
    const std::size_t octets = std::min<std::size_t>(8, suffix.size());
    const std::uint64_t tail = TailOf(suffix);
    entries_.push_back({.tail = tail,
                        .mask = ~std::uint64_t{0} << (64 - 8 * octets),
                        .suffix = std::move(suffix),
                        .id = id});
    ++first_[BucketOf(tail) + 1];
  }
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  std::ranges::stable_sort(entries_, {}, [this](const Entry& entry) {
    return BucketOf(entry.tail);
  });
}

ProviderId SuffixTable::Find(std::string_view host) const noexcept {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() > kLongestHost) return kOtherProvider;
  const std::uint64_t tail = TailOf(host);
  const std::size_t bucket = BucketOf(tail);
  for (auto i = first_[bucket]; i < first_[bucket + 1]; ++i) {
    const Entry& entry = entries_[i];
    const std::string_view suffix = entry.suffix;
    if ((tail & entry.mask) != entry.tail || host.size() < suffix.size()) {
      continue;
    }
    const std::size_t begin = host.size() - suffix.size();
    if (begin > 0 && host[begin - 1] != '.') continue;
    if (BeginsAs(host.data() + begin, suffix)) return entry.id;
  }
  return kOtherProvider;
}

}  // namespace ricochet
