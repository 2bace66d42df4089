#pragma once

#include <string>

#include "mta/column_layouts.h"
#include "mta/csv.h"
#include "mta/kumomta_record.h"

namespace ricochet {

// What parsers keep between lines, and the buffers that they reuse. Owned by
// one worker; allocates only to grow.
struct ParserMemory {
  ColumnLayouts columns;
  CsvFields fields;       // of the last line of comma-separated values
  std::string unescaped;  // text with its escapes resolved; of the last line
  std::string composed;   // text made of several fields; of the last line
  KumoMtaReader kumomta;
};

}  // namespace ricochet
