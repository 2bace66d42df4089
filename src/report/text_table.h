#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/screen.h"

namespace ricochet {

enum class Align : std::uint8_t { kLeft, kRight };

struct TableColumn {
  std::string title;
  Align align = Align::kRight;
  // Takes the columns that are left, and is cut to them: one of a table.
  bool elastic = false;
  // Left out, the last such one first, where the screen is too narrow.
  bool optional = false;
};

struct TableCell {
  std::string text;  // printable
  Tone tone = Tone::kPlain;
};

// Rows of cells in aligned columns, indented by two. Widths are counted in
// terminal columns, not octets.
class TextTable {
 public:
  explicit TextTable(std::vector<TableColumn> columns);

  // As many cells as columns; missing ones are empty.
  void Row(std::vector<TableCell> cells);
  // A dim text below the last row, wrapped.
  void Note(std::string text);

  [[nodiscard]] std::string Render(const Screen& screen) const;

 private:
  struct Line {
    std::vector<TableCell> cells;
    std::string note;
  };
  // Of the columns when nothing is cut.
  [[nodiscard]] std::vector<std::size_t> FullWidths() const;
  [[nodiscard]] std::vector<std::size_t> Widths(const Screen& screen) const;
  [[nodiscard]] std::string RenderCells(
      const Screen& screen, const std::vector<std::size_t>& widths,
      const std::vector<TableCell>& cells) const;

  std::vector<TableColumn> columns_;
  std::vector<Line> lines_;
};

}  // namespace ricochet
