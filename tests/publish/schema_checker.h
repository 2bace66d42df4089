#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace ricochet {

// One schema of config/schemas, and whether a document is what it says.
class SchemaChecker {
 public:
  explicit SchemaChecker(std::string_view name) {
    const auto file = std::string(RICOCHET_SOURCE_DIR) + "/config/schemas/" +
                      std::string(name) + ".schema.json";
    std::ifstream in(file);
    json_ = nlohmann::json::parse(in);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json_),
                          schema_);
  }

  // Empty when `text` is one JSON document that the schema accepts; else why
  // it is not.
  [[nodiscard]] std::string Check(std::string_view text) const {
    const auto document = nlohmann::json::parse(text, nullptr, false);
    if (document.is_discarded()) return "not JSON: " + std::string(text);
    return CheckJson(document);
  }

  [[nodiscard]] std::string CheckJson(const nlohmann::json& document) const {
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(document);
    if (validator.validate(schema_, adapter, &results)) return {};
    std::ostringstream why;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const auto& step : error.context) why << step;
      why << ": " << error.description << "; ";
    }
    return why.str() + document.dump();
  }

  [[nodiscard]] const nlohmann::json& json() const { return json_; }

 private:
  nlohmann::json json_;
  valijson::Schema schema_;
};

}  // namespace ricochet
