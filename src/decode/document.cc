#include "decode/document.h"

#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include <simdjson.h>

#include "decode/document_keys.h"
#include "decode/syslog.h"

namespace ricochet {
namespace {

namespace od = simdjson::ondemand;
using simdjson::error_code;

constexpr std::uint8_t kAbsent = 255;
constexpr std::size_t kFirstCapacity = 4096;

// Did a JSON pointer lead nowhere?
bool IsNotFound(error_code error) noexcept {
  return error == simdjson::NO_SUCH_FIELD ||
         error == simdjson::INDEX_OUT_OF_BOUNDS ||
         error == simdjson::INVALID_JSON_POINTER;
}

// Collects the fields of one document.
class Collector {
 public:
  explicit Collector(Document& document) : document_(document) {
    ranks_.fill(kAbsent);
  }

  error_code Walk(od::object object, DocumentPlace place) noexcept {
    for (auto member : object) {
      std::string_view name;
      if (const auto error = member.unescaped_key().get(name)) return error;
      const DocumentKey* key = FindDocumentKey(place, name);
      if (key == nullptr) continue;
      od::value value;
      if (const auto error = member.value().get(value)) return error;
      if (const auto error = Take(*key, value)) return error;
    }
    return simdjson::SUCCESS;
  }

  // Decides what could not be decided before the last member.
  void Finish() noexcept {
    if (document_.program.empty()) TakeTag(tag_);
    if (document_.pid == 0) document_.pid = tag_pid_;
    document_.stamp = full_stamp_.present() ? full_stamp_ : stamp_;
  }

  [[nodiscard]] bool has_text() const noexcept {
    return ranks_[Index(DocumentField::kText)] != kAbsent;
  }
  [[nodiscard]] bool text_mistyped() const noexcept { return text_mistyped_; }

 private:
  static constexpr std::size_t Index(DocumentField field) noexcept {
    return static_cast<std::size_t>(field);
  }

  error_code Take(const DocumentKey& key, od::value& value) noexcept {
    od::json_type type{};
    if (const auto error = value.type().get(type)) return error;
    if (type == od::json_type::object && key.inner != DocumentPlace::kNowhere) {
      od::object inner;
      if (const auto error = value.get_object().get(inner)) return error;
      return Walk(inner, key.inner);
    }
    if (type == od::json_type::string) {
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return error;
      TakeString(key, text);
    } else if (type == od::json_type::number) {
      double number = 0;
      if (const auto error = value.get_double().get(number)) return error;
      TakeNumber(key, number);
    } else if (type == od::json_type::null) {
      bool null = false;
      if (const auto error = value.is_null().get(null)) return error;
      if (!null) return simdjson::N_ATOM_ERROR;
    } else {
      NoteMistyped(key);
    }
    return simdjson::SUCCESS;
  }

  // True if this key is to be believed more than what was found before.
  bool Outranks(const DocumentKey& key) noexcept {
    std::uint8_t& rank = ranks_[Index(key.field)];
    if (key.rank >= rank) return false;
    rank = key.rank;
    return true;
  }

  void NoteMistyped(const DocumentKey& key) noexcept {
    if (key.field == DocumentField::kText) text_mistyped_ = true;
  }

  void TakeString(const DocumentKey& key, std::string_view text) noexcept {
    const bool empty = text.empty() || text == "-";
    switch (key.field) {
      case DocumentField::kText:
        if (Outranks(key)) document_.text = text;
        break;
      case DocumentField::kHost:
        if (!empty && Outranks(key)) document_.host = text;
        break;
      case DocumentField::kProgram:
        if (!empty && Outranks(key)) TakeTag(text);
        break;
      case DocumentField::kTag:
        if (text.find_first_of("[:/") != std::string_view::npos) tag_ = text;
        break;
      case DocumentField::kPid:
        if (!empty && Outranks(key)) TakePid(text);
        break;
      case DocumentField::kTime:
        TakeStamp(key, ReadWholeStamp(text));
        break;
      case DocumentField::kNothing:
        break;
    }
  }

  void TakeNumber(const DocumentKey& key, double number) noexcept {
    NoteMistyped(key);
    if (key.field == DocumentField::kTime) {
      TakeStamp(key, StampFromEpoch(number));
    }
    const bool fits = number >= 0 && number < 4294967296.0;
    if (key.field == DocumentField::kPid && fits && Outranks(key)) {
      document_.pid = static_cast<std::uint32_t>(number);
    }
  }

  void TakeTag(std::string_view text) noexcept {
    const SyslogTag tag = TakeSyslogTag(text);
    document_.program = tag.program;
    tag_pid_ = tag.pid;
  }

  void TakePid(std::string_view text) noexcept {
    std::uint32_t pid = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, pid);
    if (error == std::errc{} && stop == end) document_.pid = pid;
  }

  void TakeStamp(const DocumentKey& key, const Stamp& stamp) noexcept {
    if (!stamp.present()) return;
    const bool full = stamp.year != 0;
    std::uint8_t& rank = full ? full_rank_ : stamp_rank_;
    if (key.rank >= rank) return;
    rank = key.rank;
    (full ? full_stamp_ : stamp_) = stamp;
  }

  Document& document_;
  std::array<std::uint8_t, kDocumentFieldCount> ranks_{};
  std::string_view tag_;
  std::uint32_t tag_pid_ = 0;
  Stamp full_stamp_;  // with a year
  Stamp stamp_;
  std::uint8_t full_rank_ = kAbsent;
  std::uint8_t stamp_rank_ = kAbsent;
  bool text_mistyped_ = false;
};

}  // namespace

struct DocumentReader::Parser {
  od::parser parser;
  std::string buffer;  // the document, and room for simdjson to read beyond it
  std::string text;    // what the text pointer found: a rewind would lose it

  error_code Open(std::string_view json, od::document& document) {
    const std::size_t needed = json.size() + simdjson::SIMDJSON_PADDING;
    if (buffer.size() < needed) buffer.resize(needed * 2);
    std::memcpy(buffer.data(), json.data(), json.size());
    // The octets behind a document that ends early are looked at: what an
    // earlier one left there must not complete it.
    std::memset(buffer.data() + json.size(), 0, simdjson::SIMDJSON_PADDING);
    return parser.iterate(buffer.data(), json.size(), buffer.size())
        .get(document);
  }

  error_code FindText(od::document& document, const std::string& pointer) {
    std::string_view found;
    if (const auto error =
            document.at_pointer(pointer).get_string().get(found)) {
      return error;
    }
    text.assign(found);
    document.rewind();
    return simdjson::SUCCESS;
  }
};

bool IsTextPointer(std::string_view pointer) noexcept {
  if (!pointer.starts_with('/')) return false;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] != '~') continue;
    if (i + 1 == pointer.size()) return false;
    if (pointer[i + 1] != '0' && pointer[i + 1] != '1') return false;
  }
  return true;
}

DocumentReader::DocumentReader(std::string text_pointer)
    : parser_(std::make_unique<Parser>()),
      text_pointer_(std::move(text_pointer)) {
  parser_->buffer.resize(kFirstCapacity);
}

DocumentReader::~DocumentReader() = default;

bool DocumentReader::Read(std::string_view json, Document& document) {
  document = Document{};
  textless_ = false;
  const auto fail = [this](error_code error) {
    error_ = simdjson::error_message(error);
    return false;
  };
  od::document root;
  if (const auto error = parser_->Open(json, root)) return fail(error);
  const bool pointed = !text_pointer_.empty();
  if (pointed) {
    const auto error = parser_->FindText(root, text_pointer_);
    if (error == simdjson::INCORRECT_TYPE) {
      error_ = "text field is not a string";
      return false;
    }
    if (IsNotFound(error)) {
      error_ = "no text field";
      return false;
    }
    if (error) return fail(error);
  }
  od::object object;
  if (const auto error = root.get_object().get(object)) return fail(error);
  Collector collector(document);
  if (const auto error = collector.Walk(object, DocumentPlace::kTop)) {
    return fail(error);
  }
  const char* behind = nullptr;
  if (root.current_location().get(behind) == simdjson::SUCCESS) {
    return fail(simdjson::TAPE_ERROR);
  }
  collector.Finish();
  if (pointed) {
    document.text = parser_->text;
  } else if (!collector.has_text()) {
    textless_ = !collector.text_mistyped();
    error_ = textless_ ? "no text field" : "text field is not a string";
    return false;
  }
  return true;
}

}  // namespace ricochet
