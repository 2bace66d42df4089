#include "generate_log.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <tuple>

#include "generate_text.h"

namespace ricochet::bench {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

[[noreturn]] void Die(const std::string& name) {
  std::perror(name.c_str());
  std::exit(1);
}

struct CivilTime {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::microseconds> clock;
};

CivilTime Civil(Micros time) {
  const std::chrono::sys_time<std::chrono::microseconds> at{
      std::chrono::microseconds(time)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  return {std::chrono::year_month_day(day),
          std::chrono::hh_mm_ss<std::chrono::microseconds>(at - day)};
}

// "2026-11-21T19:59:23"
std::string Rfc3339Second(Micros time) {
  const auto civil = Civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                     static_cast<int>(civil.date.year()),
                     static_cast<unsigned>(civil.date.month()),
                     static_cast<unsigned>(civil.date.day()),
                     civil.clock.hours().count(), civil.clock.minutes().count(),
                     civil.clock.seconds().count());
}

// "Nov  1 19:59:23 "
std::string Rfc3164(Micros time) {
  const auto civil = Civil(time);
  return fmt::format("{} {:2} {:02}:{:02}:{:02} ",
                     kMonths[static_cast<unsigned>(civil.date.month()) - 1],
                     static_cast<unsigned>(civil.date.day()),
                     civil.clock.hours().count(), civil.clock.minutes().count(),
                     civil.clock.seconds().count());
}

}  // namespace

std::string Rfc3339Millis(Micros time) {
  return fmt::format("{}.{:03}Z", Rfc3339Second(time), time / 1000 % 1000);
}

void OutputFile::Close::operator()(std::FILE* file) const {
  const bool bad = std::ferror(file) != 0;
  if ((file == stdout ? std::fflush(file) : std::fclose(file)) != 0 || bad) {
    Die("closing the output");
  }
}

OutputFile::OutputFile(const std::string& name) {
  if (name.empty()) return;
  file_.reset(name == "-" ? stdout : std::fopen(name.c_str(), "wb"));
  if (!file_) Die(name);
  std::ignore = std::setvbuf(file_.get(), nullptr, _IOFBF, 1 << 20);
}

void OutputFile::Write(std::string_view text) {
  if (!file_) return;
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    Die("writing the output");
  }
}

void LogWriter::StampSecond(Micros second) {
  if (second == second_) return;
  second_ = second;
  stamp_ = options_.stamp == Stamp::kRfc3164 ? Rfc3164(second)
                                             : Rfc3339Second(second);
}

OutputFile& LogWriter::FileOf(std::string_view host) {
  const bool split = options_.name.find("{host}") != std::string::npos;
  const std::string_view key = split ? host : std::string_view();
  const auto at = files_.find(key);
  if (at != files_.end()) return at->second;
  const auto name = Replace(options_.name, "{host}", key);
  return files_.try_emplace(std::string(key), name).first->second;
}

bool LogWriter::Write(Micros time, std::string_view host,
                      std::string_view body) {
  if (full_) return false;
  StampSecond(time - time % kSecond);
  line_.clear();
  if (options_.keyed) Append(&line_, host, "\t");
  const auto start = line_.size();
  line_ += stamp_;
  if (options_.stamp == Stamp::kRfc3339) {
    fmt::format_to(std::back_inserter(line_), ".{:06}+00:00 ", time % kSecond);
  }
  Append(&line_, host, " ", body, "\n");
  FileOf(host).Write(line_);
  ++lines_;
  bytes_ += line_.size() - start;
  full_ = (options_.lines != 0 && lines_ >= options_.lines) ||
          (options_.bytes != 0 && bytes_ >= options_.bytes);
  return true;
}

}  // namespace ricochet::bench
