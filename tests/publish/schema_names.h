#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "publish/schema_checker.h"
#include "ricochet/fate.h"
#include "ricochet/verdict.h"

// Closed lists, as a schema has them and as the code does.
namespace ricochet {

using Names = std::set<std::string>;

// The strings of the enum at `pointer`; null is left out.
inline Names EnumOf(const SchemaChecker& schema, const char* pointer) {
  Names names;
  for (const auto& name :
       schema.json().at(nlohmann::json::json_pointer(pointer))) {
    if (!name.is_null()) names.insert(name.get<std::string>());
  }
  return names;
}

template <class List>
Names NamesOf(const List& list) {
  Names names(list.begin(), list.end());
  names.erase("");
  return names;
}

inline Names ReasonNames() {
  Names names;
  for (const auto& reason : kReasons) names.emplace(reason.name);
  names.erase("");
  return names;
}

inline Names RejectNames() {
  Names names;
  for (const auto& cause : kCauses) {
    if (cause.fate == Fate::kDeadLettered) names.emplace(cause.name);
  }
  return names;
}

}  // namespace ricochet
