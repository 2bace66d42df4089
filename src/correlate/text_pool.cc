#include "correlate/text_pool.h"

#include <bit>
#include <cstring>
#include <new>

namespace ricochet {

PooledText TextPool::Copy(std::string_view text) {
  if (text.empty() || text.size() > kLongest) return {};
  const std::size_t rounded =
      text.size() <= kSmallest ? kSmallest : std::bit_ceil(text.size());
  const auto size_class = static_cast<std::size_t>(std::countr_zero(rounded) -
                                                   std::countr_zero(kSmallest));
  char* data = Take(size_class);
  std::memcpy(data, text.data(), text.size());
  return {data, static_cast<std::uint16_t>(text.size()),
          static_cast<std::uint8_t>(size_class)};
}

void TextPool::Free(PooledText& text) noexcept {
  if (text.data != nullptr) {
    free_[text.size_class] = new (text.data) FreeText{free_[text.size_class]};
  }
  text = {};
}

char* TextPool::Take(std::size_t size_class) {
  if (FreeText* text = free_[size_class]; text != nullptr) {
    free_[size_class] = text->next;
    return reinterpret_cast<char*>(text);
  }
  const std::size_t size = kSmallest << size_class;
  if (fresh_left_ < size) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
    fresh_ = blocks_.back().get();
    fresh_left_ = kBlock;
  }
  char* data = fresh_;
  fresh_ += size;
  fresh_left_ -= size;
  return data;
}

}  // namespace ricochet
