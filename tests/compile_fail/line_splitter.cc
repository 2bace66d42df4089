// A LineSplitter keeps a view of its text, so it must not be given a temporary.

#include "decode/line_splitter.h"

#include <string>

std::string Text();

void Use() {
#ifdef RICOCHET_MISUSE
  ricochet::LineSplitter kept(Text());
#else
  const std::string text = Text();
  ricochet::LineSplitter kept(text);
#endif
  static_cast<void>(kept);
}
