#include "decode/known_headers.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "ricochet/bytes.h"

namespace ricochet {
namespace {

// The shortest that LoadEight can hash.
constexpr std::size_t kShortest = 8;

// "1234]: " behind the bracket: the number and its length, or a length of 0.
struct Pid {
  std::uint32_t number = 0;
  std::size_t digits = 0;
};

// Up to seven digits, which is more than any kernel gives a process.
Pid ReadPid(const char* at) noexcept {
  constexpr std::uint64_t kZeros = 0x3030303030303030;
  const std::uint64_t text = LoadEight(at);
  // Octets that are no digit get their high bit set.
  const std::uint64_t values = text ^ kZeros;
  const std::uint64_t others =
      ((values + 0x7676767676767676) | values) & 0x8080808080808080;
  const auto digits = static_cast<std::size_t>(std::countr_zero(others)) / 8;
  if (digits == 0 || digits >= 8) return {};
  // The last digit goes to the highest octet; zeros come in below. Then pairs,
  // fours and eights of digits are summed up side by side.
  std::uint64_t sum = values << (64 - 8 * digits);
  sum = sum * 10 + (sum >> 8);
  sum = (((sum & 0x000000FF000000FF) * 0x000F424000000064) +
         (((sum >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >>
        32;
  return {static_cast<std::uint32_t>(sum), digits};
}

}  // namespace

std::size_t KnownHeaders::EntryOf(std::string_view header) noexcept {
  static_assert(std::has_single_bit(kEntries));
  const std::uint64_t first = LoadEight(header.data());
  const std::uint64_t last = LoadEight(header.data() + header.size() - 8);
  const std::uint64_t mixed =
      (first ^ std::rotl(last, 23)) * 0x9E3779B97F4A7C15 + header.size();
  return (mixed >> 40) % kEntries;
}

void KnownHeaders::Learn(std::string_view rest,
                         const SyslogLine& read) noexcept {
  const std::size_t size = FindNear(rest.substr(0, kLongest + 1), '[');
  if (size < kShortest || size > kLongest || size >= rest.size()) return;
  if (read.host.empty() || read.pid == 0) return;
  const auto host_at = static_cast<std::size_t>(read.host.data() - rest.data());
  const auto program_at =
      static_cast<std::size_t>(read.program.data() - rest.data());
  if (host_at >= size || program_at + read.program.size() != size) return;
  Header& header = entries_[EntryOf(rest.substr(0, size))];
  std::memcpy(header.octets.data(), rest.data(), size);
  header.size = static_cast<std::uint8_t>(size);
  header.host_at = static_cast<std::uint8_t>(host_at);
  header.host_size = static_cast<std::uint8_t>(read.host.size());
  header.program_at = static_cast<std::uint8_t>(program_at);
}

bool KnownHeaders::Read(std::string_view rest, SyslogLine& out) const noexcept {
  // Behind the header come "[", a pid, "]: " and the text: twelve octets, of
  // which ReadPid() loads eight.
  if (rest.size() < kShortest + 12) return false;
  const std::size_t size =
      FindNear(rest.substr(0, std::min(kLongest + 1, rest.size() - 12)), '[');
  if (size < kShortest || size > kLongest) return false;
  const Header& header = entries_[EntryOf(rest.substr(0, size))];
  if (header.size != size || rest[size] != '[' ||
      !SameOctets(header.octets.data(), rest.data(), size)) {
    return false;
  }
  const Pid pid = ReadPid(rest.data() + size + 1);
  const char* behind = rest.data() + size + 1 + pid.digits;
  // What else may follow is read with more care.
  const bool usual = pid.number != 0 && behind[0] == ']' && behind[1] == ':' &&
                     behind[2] == ' ' && behind[3] != ' ' && behind[3] != '[';
  if (!usual) return false;
  out.host = rest.substr(header.host_at, header.host_size);
  out.program = rest.substr(header.program_at, size - header.program_at);
  out.pid = pid.number;
  out.text = rest.substr(size + 1 + pid.digits + 3);
  return true;
}

}  // namespace ricochet
