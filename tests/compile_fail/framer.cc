// A Framer keeps a view of its text, so it must not be given a temporary.

#include "decode/framer.h"

#include <string>

std::string Text();

void Use() {
#ifdef RICOCHET_MISUSE
  ricochet::Framer kept(Text());
#else
  const std::string text = Text();
  ricochet::Framer kept(text);
#endif
  static_cast<void>(kept);
}
