#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ricochet {

// The octet that stands for `c` and its other case, as RE2 folds Latin-1: so
// are patterns matched, whatever the reply's encoding is.
[[nodiscard]] constexpr char FoldOctet(char c) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  const bool upper = (octet >= 'A' && octet <= 'Z') ||
                     (octet >= 0xc0 && octet <= 0xde && octet != 0xd7);
  return static_cast<char>(upper ? octet + 0x20 : octet);
}

// Finds which of some thousand strings occur in a text, in one pass.
//
// Each is filed under one of its runs of four octets, the one that the fewest
// strings have. For every four octets of the text one bit tells whether
// anything is filed under them; those of which it says so are gone through
// thereafter, so that the machine may fetch what is filed under the next ones
// while it compares, eight octets at once. Strings of three octets are filed
// likewise, by themselves. An Aho-Corasick automaton bounds the worst case
// better, but has twenty thousand states here, and each of its steps waits for
// the one before.
// Immutable; may be shared by threads.
class LiteralFinder {
 public:
  static constexpr std::size_t kShortest = 3;
  static constexpr std::size_t kPadding = 8;

  // `literals` are folded, distinct, and have kShortest octets or more.
  explicit LiteralFinder(const std::vector<std::string>& literals);

  // Calls found(index into `literals`) for every place in `text` where one
  // stands. `text` is folded; the kPadding octets behind it may be read.
  template <class Found>
  void Find(std::string_view text, Found found) const {
    std::uint32_t run = 0;
    for (std::size_t end = 0; end < text.size();) {
      Places long_places;
      Places short_places;
      const auto stop = std::min(end + kAtOnce, text.size());
      while (end < stop) {
        run = run << 8 | static_cast<unsigned char>(text[end++]);
        long_places.AddIf(long_.May(run), {run, end});
        const auto short_run = run & 0xffffff;
        short_places.AddIf(short_.May(short_run), {short_run, end});
      }
      Tell(long_, long_places, text, found);
      Tell(short_, short_places, text, found);
    }
  }

 private:
  struct Entry {
    std::uint64_t head;  // the literal's first octets as they lie in memory
    std::uint64_t mask;  // those that it has
    std::uint32_t literal;
    std::uint32_t begin;  // in octets_
    std::uint32_t size;
    std::uint32_t before;  // its octets up to the end of the run
  };

  // Where a run ends that something may be filed under.
  struct Place {
    std::uint32_t run;
    std::size_t end;
  };
  static constexpr std::size_t kAtOnce = 128;  // octets of the text
  struct Places {
    std::array<Place, kAtOnce + 1> places;
    std::size_t count = 0;

    // Without a branch, which could not be foreseen.
    void AddIf(bool may, Place place) noexcept {
      places[count] = place;
      count += may ? 1U : 0U;
    }
  };

  // Entries by the run that they are filed under, and by some others that
  // share its bucket.
  template <unsigned kBits>
  class Table {
   public:
    Table() : first_((std::size_t{1} << kBits) + 1) {}
    void Fill(const std::vector<std::pair<std::uint32_t, Entry>>& filed);
    [[nodiscard]] bool May(std::uint32_t run) const noexcept {
      const auto bit = Hash(run) >> (32 - kFilterBits);
      return (filter_[bit / 64] >> (bit % 64) & 1U) != 0;
    }
    [[nodiscard]] std::span<const Entry> At(std::uint32_t run) const noexcept {
      const auto bucket = Hash(run) >> (32 - kBits);
      return {entries_.data() + first_[bucket],
              entries_.data() + first_[bucket + 1]};
    }

   private:
    static constexpr unsigned kFilterBits = kBits + 2;
    [[nodiscard]] static constexpr std::uint32_t Hash(
        std::uint32_t run) noexcept {
      return run * 0x9e3779b1U;
    }

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> first_;  // by bucket
    std::array<std::uint64_t, (1U << kFilterBits) / 64> filter_{};
  };

  template <class Table, class Found>
  void Tell(const Table& table, const Places& places, std::string_view text,
            Found& found) const {
    for (std::size_t i = 0; i < places.count; ++i) {
      const auto [run, end] = places.places[i];
      for (const auto& entry : table.At(run)) {
        if (Stands(entry, text, end)) found(entry.literal);
      }
    }
  }
  // `end` is where the run ends in the text.
  [[nodiscard]] bool Stands(const Entry& entry, std::string_view text,
                            std::size_t end) const noexcept {
    if (entry.before > end) return false;
    const char* at = text.data() + (end - entry.before);
    std::uint64_t head = 0;
    std::memcpy(&head, at, sizeof(head));
    if ((head & entry.mask) != entry.head) return false;
    return entry.size <= text.size() - (end - entry.before) &&
           (entry.size <= sizeof(head) ||
            std::memcmp(at, octets_.data() + entry.begin, entry.size) == 0);
  }

  std::string octets_;  // of all literals
  Table<14> long_;
  Table<10> short_;  // literals of kShortest octets
};

}  // namespace ricochet
