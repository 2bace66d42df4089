#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace ricochet::bench {

// Microseconds since 1970-01-01, UTC.
using Micros = std::int64_t;
inline constexpr Micros kSecond = 1'000'000;

enum class Stamp : std::uint8_t { kRfc3164, kRfc3339 };

// "2026-11-21T19:59:23.123Z", cut to milliseconds.
[[nodiscard]] std::string Rfc3339Millis(Micros time);

// A buffered file that ends the program when it cannot be written. "-" is
// stdout; an empty name drops everything.
class OutputFile {
 public:
  explicit OutputFile(const std::string& name);
  void Write(std::string_view text);
  [[nodiscard]] bool open() const noexcept { return file_ != nullptr; }

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };
  std::unique_ptr<std::FILE, Close> file_;
};

// The generated log: stamps lines, puts them into one file or one a host, and
// is full after so many lines or bytes.
class LogWriter {
 public:
  struct Options {
    std::string name;    // "{host}" in it: one file a host
    bool keyed = false;  // "host<TAB>line", for kcat -K
    Stamp stamp = Stamp::kRfc3164;
    std::uint64_t lines = 0;  // 0: no limit
    std::uint64_t bytes = 0;  // 0: no limit
  };
  explicit LogWriter(Options options) : options_(std::move(options)) {}

  // Writes "<stamp> <host> <body>". `time` must not go backwards. False: full,
  // and the line was not written.
  bool Write(Micros time, std::string_view host, std::string_view body);

  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  // What a reader of the log can know of `time`: whole seconds in RFC 3164.
  [[nodiscard]] Micros Visible(Micros time) const noexcept {
    return options_.stamp == Stamp::kRfc3339 ? time : time - time % kSecond;
  }

 private:
  void StampSecond(Micros second);
  OutputFile& FileOf(std::string_view host);

  Options options_;
  std::map<std::string, OutputFile, std::less<>> files_;
  std::string line_;
  std::string stamp_;  // of `second_`
  Micros second_ = -1;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace ricochet::bench
