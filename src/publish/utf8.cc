#include "publish/utf8.h"

namespace ricochet {
namespace {

// How many octets a character has, and what its second may be: the bounds
// keep out overlong forms, surrogates and what is beyond U+10FFFF.
struct Lead {
  std::size_t size;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

constexpr Lead LeadOf(unsigned char first) noexcept {
  if (first < 0x80) return {1};
  if (first < 0xC2) return {0};
  if (first < 0xE0) return {2};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first < 0xF4) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

}  // namespace

Utf8Piece NextUtf8(std::string_view text) noexcept {
  auto lead = LeadOf(static_cast<unsigned char>(text.front()));
  if (lead.size == 0) return {1, false};
  for (std::size_t i = 1; i < lead.size; ++i) {
    if (i == text.size()) return {i, false};
    const auto octet = static_cast<unsigned char>(text[i]);
    if (octet < lead.low || octet > lead.high) return {i, false};
    lead.low = 0x80;
    lead.high = 0xBF;
  }
  return {lead.size, true};
}

}  // namespace ricochet
