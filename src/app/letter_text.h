#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/stored_letter.h"
#include "report/screen.h"

namespace ricochet {

// How dead letters look. Their octets are anybody's: nothing that is returned
// here holds what a terminal would obey.

// One line a letter, with a line of titles.
[[nodiscard]] std::string LetterTable(const std::vector<StoredLetter>& letters,
                                      const Screen& screen);

// A JSON object in ASCII, without a newline. `begins` is the value as far as
// the letter has it; octets that are no UTF-8 are U+FFFD.
[[nodiscard]] std::string LetterJson(const StoredLetter& letter);

// "12 dead letters: 7 bad_syntax, 5 decode".
[[nodiscard]] std::string TallyText(const LetterList::Tally& tally);

// All of a record of mail.dead-letters: where it lies, its key, every header,
// and its octets as octets_shown.
[[nodiscard]] std::string WholeLetter(const TopicRecord& record);

// Octets as they are if they are lines of text, ending in a newline; else in
// hexadecimal, sixteen a line, with what they are in ASCII.
[[nodiscard]] std::string OctetsShown(std::string_view octets);

}  // namespace ricochet
