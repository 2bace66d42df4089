#pragma once

#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace ricochet {

// Takes "<name><number>" off the front of `text`, a part of the metadata that
// is committed with an offset. False: it does not begin so, or the number is
// too large for T.
template <class T>
[[nodiscard]] bool TakeNamedNumber(std::string_view name,
                                   std::string_view& text, T& number) {
  if (!text.starts_with(name)) return false;
  const char* const end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data() + name.size(), end, number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return true;
}

}  // namespace ricochet
