#include "report/text_table.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "report/text.h"

namespace ricochet {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;
constexpr std::size_t kMinElastic = 16;
// A width that says: the column is left out.
constexpr std::size_t kHidden = std::numeric_limits<std::size_t>::max();

std::size_t Sum(const std::vector<std::size_t>& widths) {
  std::size_t sum = kIndent;
  for (const auto width : widths) {
    if (width != kHidden) sum += width + kGap;
  }
  return sum - kGap;
}

}  // namespace

TextTable::TextTable(std::vector<TableColumn> columns)
    : columns_(std::move(columns)) {}

void TextTable::Row(std::vector<TableCell> cells) {
  cells.resize(columns_.size());
  lines_.push_back({std::move(cells), {}});
}

void TextTable::Note(std::string text) {
  lines_.push_back({{}, std::move(text)});
}

std::vector<std::size_t> TextTable::FullWidths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = Columns(columns_[i].title);
    for (const auto& line : lines_) {
      if (line.cells.empty()) continue;
      width = std::max(width, Columns(line.cells[i].text));
    }
    widths.push_back(width);
  }
  return widths;
}

std::vector<std::size_t> TextTable::Widths(const Screen& screen) const {
  std::vector<std::size_t> widths = FullWidths();
  const auto found =
      std::find_if(columns_.begin(), columns_.end(),
                   [](const TableColumn& column) { return column.elastic; });
  const auto elastic = static_cast<std::size_t>(found - columns_.begin());
  std::size_t wanted = 0;
  if (elastic < widths.size()) {
    wanted =
        std::exchange(widths[elastic], std::min(widths[elastic], kMinElastic));
  }
  for (std::size_t i = columns_.size(); i-- > 0;) {
    if (Sum(widths) <= screen.columns) break;
    if (columns_[i].optional) widths[i] = kHidden;
  }
  const std::size_t used = Sum(widths);
  if (elastic < widths.size() && used < screen.columns) {
    widths[elastic] = std::min(wanted, widths[elastic] + screen.columns - used);
  }
  return widths;
}

std::string TextTable::RenderCells(const Screen& screen,
                                   const std::vector<std::size_t>& widths,
                                   const std::vector<TableCell>& cells) const {
  std::string out;
  std::size_t owed = kIndent;  // blanks, written only before something
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == kHidden) continue;
    const std::string text = Shortened(cells[i].text, widths[i]);
    const std::size_t pad = widths[i] - std::min(widths[i], Columns(text));
    const bool right = columns_[i].align == Align::kRight;
    if (right) owed += pad;
    if (!text.empty()) {
      out.append(std::exchange(owed, 0), ' ');
      out += Painted(screen, cells[i].tone, text);
    }
    owed += kGap + (right ? 0 : pad);
  }
  return out + "\n";
}

std::string TextTable::Render(const Screen& screen) const {
  const auto widths = Widths(screen);
  std::vector<TableCell> titles;
  bool titled = false;
  for (const auto& column : columns_) {
    titles.push_back({column.title, Tone::kDim});
    titled = titled || !column.title.empty();
  }
  std::string out = titled ? RenderCells(screen, widths, titles) : "";
  constexpr std::size_t kNoteIndent = kIndent + 4;
  for (const auto& line : lines_) {
    if (!line.cells.empty()) {
      out += RenderCells(screen, widths, line.cells);
      continue;
    }
    for (const auto& text : Wrapped(line.note, screen.columns - kNoteIndent)) {
      out.append(kNoteIndent, ' ');
      out += Painted(screen, Tone::kDim, text) + "\n";
    }
  }
  return out;
}

}  // namespace ricochet
