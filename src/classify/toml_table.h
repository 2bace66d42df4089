#pragma once

#include <toml++/toml.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/result.h"

#include "classify/rule.h"

namespace ricochet {

// What is wrong with a file, in the order it was found.
class Complaint {
 public:
  // Adds to `errors`, which must outlive this object.
  Complaint(std::string_view file, std::vector<Error>& errors)
      : file_(file), errors_(errors) {}

  // Records "<file>:<line>: <what>".
  void Add(const toml::source_region& where, std::string_view what);
  void Add(Error error);
  [[nodiscard]] Place At(const toml::source_region& where) const;

 private:
  std::string file_;
  std::vector<Error>& errors_;
};

// A checked view of one TOML table: what is missing, of the wrong type, or
// not known is a complaint, and a harmless default is returned. Points into
// the parsed document and the complaint, which must outlive it.
class TomlTable {
 public:
  TomlTable(const toml::table& table, Complaint& complaint,
            std::initializer_list<std::string_view> known_keys);

  [[nodiscard]] bool Has(std::string_view key) const {
    return table_.contains(key);
  }
  [[nodiscard]] const toml::node* Node(std::string_view key) const {
    return table_.get(key);
  }
  [[nodiscard]] std::string Required(std::string_view key) const;
  [[nodiscard]] std::string Optional(std::string_view key) const;
  // A string or integer, or an array of them; empty when absent.
  [[nodiscard]] std::vector<const toml::node*> OneOrMany(
      std::string_view key) const;
  [[nodiscard]] std::vector<std::string> Strings(std::string_view key) const;
  [[nodiscard]] bool Flag(std::string_view key) const;  // false when absent
  // The sub-table; null when absent.
  [[nodiscard]] const toml::table* Table(std::string_view key) const;
  [[nodiscard]] Place place() const { return complaint_.At(table_.source()); }
  void Complain(std::string_view key, std::string_view what) const;

 private:
  const toml::table& table_;
  Complaint& complaint_;
};

// Each table of the array `key` of a document; a document without one, or with
// other keys beside it, is a complaint.
[[nodiscard]] std::vector<const toml::table*> TablesOf(
    const toml::table& document, std::string_view key, Complaint& complaint);

}  // namespace ricochet
