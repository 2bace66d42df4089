// Decodes any octets as a record. The first octet chooses the options, the rest
// is the record. Beyond not crashing it checks the decoder's promises: every
// octet is accounted for, views stay within record and decoder, and a second
// decoding gives the same lines.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "decode/decoder.h"

namespace {

using namespace std::string_view_literals;
using ricochet::DecodeOptions;
using ricochet::Decoder;
using ricochet::LogLine;
using ricochet::Record;

constexpr std::size_t kMaxLine = 200;

void Check(bool promise) {
  if (!promise) std::abort();
}

DecodeOptions OptionsFor(std::uint8_t choice) {
  DecodeOptions options;
  if ((choice & 1) != 0) options.text_pointer = "/a/0";
  if ((choice & 2) != 0) options.year = 2023;
  if ((choice & 4) != 0) options.zone = std::chrono::minutes{-330};
  if ((choice & 8) != 0) options.max_line = kMaxLine;
  return options;
}

bool Within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() &&
          part.data() + part.size() <= whole.data() + whole.size());
}

// Reads each octet of a view, so that AddressSanitizer sees stale ones.
std::size_t Touch(std::string_view view) {
  std::size_t sum = 0;
  for (const char c : view) sum += static_cast<unsigned char>(c);
  return sum;
}

// A record in which no line begins a document is cut at newlines and nowhere
// else.
bool IsPlain(std::string_view record) {
  bool at_start = true;
  for (const char c : record) {
    if (at_start && (c == '{' || c == '[')) return false;
    if (c == '\n') {
      at_start = true;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      at_start = false;
    }
  }
  return true;
}

std::vector<std::string_view> LinesOf(std::string_view record) {
  std::vector<std::string_view> lines;
  for (;;) {
    const std::size_t newline = record.find('\n');
    std::string_view line = record.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (newline == std::string_view::npos) break;
    record.remove_prefix(newline + 1);
    if (record.empty()) break;
  }
  return lines;
}

// Between two pieces, and before and behind them, only white space and the
// punctuation of arrays may stand.
void CheckGaps(std::string_view record,
               const std::vector<std::string_view>& raws) {
  const char* at = record.data();
  const auto check_until = [&at](const char* end) {
    for (; at < end; ++at) Check(" \t\r\n,[]"sv.find(*at) != ""sv.npos);
  };
  for (const std::string_view raw : raws) {
    if (raw.data() < at) {  // another line of the same document
      Check(raw.data() + raw.size() == at);
      continue;
    }
    check_until(raw.data());
    at += raw.size();
  }
  check_until(record.data() + record.size());
}

std::uint64_t Decode(Decoder& decoder, const Record& record,
                     std::size_t max_line) {
  decoder.Start(record);
  const bool plain = IsPlain(record.value);
  std::vector<std::string_view> raws;
  std::uint64_t digest = 0;
  LogLine line;
  for (;;) {
    const auto status = decoder.Next(line);
    if (status == Decoder::Status::kEnd) break;
    Check(line.index == raws.size());
    Check(Within(line.raw, record.value));
    raws.push_back(line.raw);
    digest = digest * 31 + static_cast<std::uint64_t>(status);
    if (status == Decoder::Status::kRejected) {
      Check(!decoder.error().empty());
      continue;
    }
    if (status != Decoder::Status::kLine) continue;
    Check(line.text.size() <= max_line);
    Check(line.program.find(' ') == std::string_view::npos);
    if (plain) {
      Check(Within(line.text, line.raw));
      Check(Within(line.program, line.raw));
      Check(Within(line.host, line.raw) || line.host == record.key);
    }
    digest = digest * 31 + Touch(line.text) + 7 * Touch(line.host) +
             11 * Touch(line.program) + line.pid +
             static_cast<std::uint64_t>(line.time.time_since_epoch().count());
  }
  Check(!raws.empty());
  if (plain) Check(raws == LinesOf(record.value));
  CheckGaps(record.value, raws);
  return digest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const DecodeOptions options = OptionsFor(data[0]);
  // A copy of exactly the record, so that reading beyond it is seen.
  const std::vector<char> value(data + 1, data + size);
  Record record;
  record.value = {value.data(), value.size()};
  record.key = "mx1";
  if ((data[0] & 16) == 0) {
    record.time = ricochet::EventTime{std::chrono::milliseconds{1795289776512}};
  }
  Decoder decoder(options);
  const auto first = Decode(decoder, record, options.max_line);
  Check(Decode(decoder, record, options.max_line) == first);
  return 0;
}
