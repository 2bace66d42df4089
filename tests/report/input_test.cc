#include "report/input.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "report/log_file.h"

namespace ricochet {
namespace {

// What an input gave: its blocks put together, the blocks that were cut, and
// the error it ended with.
struct Reading {
  std::string lines;
  std::vector<std::string> cut;
  std::size_t blocks = 0;
  std::string error;
};

Reading Read(const std::string& path, InputLimits limits = {}) {
  Reading reading;
  auto input = InputFile::Open(path, limits);
  if (!input) {
    reading.error = input.error().message;
    return reading;
  }
  for (;;) {
    const auto block = (*input)->Next();
    if (!block) {
      reading.error = block.error().message;
      break;
    }
    if (block->lines.empty()) break;
    ++reading.blocks;
    reading.lines += block->lines;
    if (block->cut) reading.cut.emplace_back(block->lines);
  }
  return reading;
}

// `content` read from a file.
Reading ReadContent(std::string_view content, InputLimits limits = {}) {
  const LogFile file(content);
  Reading reading = Read(file.path(), limits);
  const auto at = reading.error.find(file.path() + ": ");
  if (at == 0) reading.error.erase(0, file.path().size() + 2);
  return reading;
}

std::string ManyLines(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += std::to_string(i * 7919) + " mail\n";
  return lines;
}

TEST(InputFile, GivesAPlainFileAsItIs) {
  const auto reading = ReadContent("one\ntwo\n");
  EXPECT_EQ(reading.lines, "one\ntwo\n");
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, LastLineNeedsNoNewline) {
  EXPECT_EQ(ReadContent("one\ntwo").lines, "one\ntwo");
  EXPECT_EQ(ReadContent("x").lines, "x");
}

TEST(InputFile, EmptyFileHasNoBlocks) {
  const auto reading = ReadContent("");
  EXPECT_EQ(reading.blocks, 0U);
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, BlocksEndAtLineEnds) {
  const LogFile file("first\nsecond\nthird\n");
  auto input = InputFile::Open(file.path(), {.block = 8, .line = 100});
  ASSERT_TRUE(input.has_value());
  for (const std::string_view line : {"first\n", "second\n", "third\n"}) {
    EXPECT_EQ((*input)->Next()->lines, line);
  }
  EXPECT_EQ((*input)->Next()->lines, "");
  EXPECT_EQ((*input)->Next()->lines, "");
}

TEST(InputFile, EveryBlockSizeGivesTheSameLines) {
  const std::string lines = ManyLines(40) + "\n\n" + ManyLines(2) + "end";
  for (std::size_t block = 1; block < 40; ++block) {
    EXPECT_EQ(ReadContent(lines, {.block = block, .line = 100}).lines, lines);
  }
}

TEST(InputFile, LineLongerThanABlockStaysWhole) {
  const std::string longer(1000, 'x');
  const auto reading =
      ReadContent("a\n" + longer + "\nb\n", {.block = 16, .line = 5000});
  EXPECT_EQ(reading.lines, "a\n" + longer + "\nb\n");
  EXPECT_TRUE(reading.cut.empty());
}

TEST(InputFile, LineLongerThanTheLimitIsCutAndItsRestSkipped) {
  for (const std::size_t size : {9U, 16U, 17U, 500U}) {
    const auto reading = ReadContent("a\n" + std::string(size, 'x') + "\nb\nc",
                                     {.block = 4, .line = 8});
    EXPECT_EQ(reading.lines, "a\nxxxxxxxxb\nc") << size;
    EXPECT_EQ(reading.cut, std::vector<std::string>{"xxxxxxxx"}) << size;
  }
}

TEST(InputFile, CutLineMayBeTheLast) {
  const auto reading =
      ReadContent(std::string(20, 'x'), {.block = 4, .line = 8});
  EXPECT_EQ(reading.lines, "xxxxxxxx");
  EXPECT_EQ(reading.cut.size(), 1U);
}

TEST(InputFile, MissingFileIsNamed) {
  EXPECT_EQ(Read("/nonexistent/mail.log").error,
            "/nonexistent/mail.log: No such file or directory");
}

TEST(InputFile, DirectoryIsNoLogFile) {
  EXPECT_EQ(Read("/").error, "/: is a directory, not a log file");
}

TEST(InputFile, KnowsItsNameSizeAndTime) {
  const LogFile file("one\ntwo\n");
  struct timespec times[2] = {{1'700'000'000, 0}, {1'700'000'000, 5'000'000}};
  ::utimensat(AT_FDCWD, file.path().c_str(), times, 0);
  auto input = InputFile::Open(file.path());
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ((*input)->name(), file.path());
  EXPECT_EQ((*input)->total(), 8U);
  EXPECT_EQ((*input)->consumed(), 0U);
  EXPECT_EQ((*input)->modified(),
            EventTime{std::chrono::milliseconds{1'700'000'000'005}});
  ASSERT_TRUE((*input)->Next().has_value());
  EXPECT_EQ((*input)->consumed(), 8U);
}

TEST(InputFile, UnpacksGzipWhateverItsName) {
  const std::string lines = ManyLines(30'000);
  const auto reading = ReadContent(Gzipped(lines));
  EXPECT_EQ(reading.lines, lines);
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, UnpacksZstdWhateverItsName) {
  const std::string lines = ManyLines(30'000);
  const auto reading = ReadContent(Zstandard(lines));
  EXPECT_EQ(reading.lines, lines);
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, PackedInputMayBeEmpty) {
  for (const auto& packed : {Gzipped(""), Zstandard("")}) {
    const auto reading = ReadContent(packed);
    EXPECT_EQ(reading.blocks, 0U);
    EXPECT_EQ(reading.error, "");
  }
}

TEST(InputFile, BlocksOfPackedInputAreOfAnySize) {
  const std::string lines = ManyLines(200);
  for (const auto& packed : {Gzipped(lines), Zstandard(lines)}) {
    for (std::size_t block = 1; block < 30; ++block) {
      EXPECT_EQ(ReadContent(packed, {.block = block, .line = 100}).lines,
                lines);
    }
  }
}

TEST(InputFile, ReadsConcatenatedGzipMembers) {
  const auto reading =
      ReadContent(Gzipped("one\n") + Gzipped("tw") + Gzipped("o\n"));
  EXPECT_EQ(reading.lines, "one\ntwo\n");
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, ReadsConcatenatedZstdFrames) {
  const auto reading = ReadContent(Zstandard("one\n") + Zstandard("two\n"));
  EXPECT_EQ(reading.lines, "one\ntwo\n");
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, SkipsASkippableZstdFrame) {
  const std::string skippable("\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
  const auto reading = ReadContent(skippable + Zstandard("one\n"));
  EXPECT_EQ(reading.lines, "one\n");
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, ZeroPaddingAfterGzipIsNoGarbage) {
  const std::string padding(512, '\0');
  const auto reading =
      ReadContent(Gzipped("one\n") + padding + Gzipped("two\n") + padding);
  EXPECT_EQ(reading.lines, "one\ntwo\n");
  EXPECT_EQ(reading.error, "");
}

TEST(InputFile, CutGzipGivesWhatItHasThenTheError) {
  const std::string lines = ManyLines(5000);
  const std::string packed = Gzipped(lines);
  const auto reading = ReadContent(packed.substr(0, packed.size() / 2));
  EXPECT_EQ(reading.error, "the compressed file is truncated");
  EXPECT_GT(reading.lines.size(), lines.size() / 4);
  EXPECT_TRUE(lines.starts_with(reading.lines));
}

TEST(InputFile, CutZstdGivesWhatItHasThenTheError) {
  const std::string packed = Zstandard("one\n") + Zstandard("two\n");
  const auto reading = ReadContent(packed.substr(0, packed.size() - 2));
  EXPECT_EQ(reading.error, "the compressed file is truncated");
  EXPECT_TRUE(reading.lines.starts_with("one\n"));
}

TEST(InputFile, GzipCutInItsChecksumOrItsNextHeaderIsTruncated) {
  const std::string packed = Gzipped("one\n");
  for (const auto& cut :
       {packed.substr(0, packed.size() - 1), packed + packed.substr(0, 5)}) {
    const auto reading = ReadContent(cut);
    EXPECT_EQ(reading.lines, "one\n");
    EXPECT_EQ(reading.error, "the compressed file is truncated");
  }
}

TEST(InputFile, GarbageAfterGzipIsAnErrorAfterTheLines) {
  const auto reading = ReadContent(Gzipped("one\n") + "garbage\n");
  EXPECT_EQ(reading.lines, "one\n");
  EXPECT_EQ(reading.error, "what follows the compressed data is not gzip");
}

TEST(InputFile, GarbageAfterZstdIsAnErrorAfterTheLines) {
  const auto reading = ReadContent(Zstandard("one\n") + "garbage\n");
  EXPECT_EQ(reading.lines, "one\n");
  EXPECT_TRUE(reading.error.starts_with("corrupt zstd data: "))
      << reading.error;
}

TEST(InputFile, CorruptGzipIsAnError) {
  std::string packed = Gzipped(ManyLines(5000));
  packed[packed.size() - 6] ^= 1;  // in the checksum
  EXPECT_EQ(ReadContent(packed).error,
            "corrupt gzip data: incorrect data check");
  packed.assign("\x1f\x8b\x08 no gzip at all");
  EXPECT_TRUE(ReadContent(packed).error.starts_with("corrupt gzip data"));
}

TEST(InputFile, WhatIsNotUnpackedSaysWhatToDo) {
  const std::string_view xz(
      "\xfd"
      "7zXZ\0\0\4",
      8);
  const std::string_view bzip2("BZh91AY&SY");
  EXPECT_EQ(ReadContent(xz).error,
            "is compressed by xz; try 'xz -dc FILE | ricochet report'");
  EXPECT_EQ(ReadContent(bzip2).error,
            "is compressed by bzip2; try 'bzip2 -dc FILE | ricochet report'");
  EXPECT_EQ(ReadContent(xz).lines, "");
  EXPECT_EQ(ReadContent("BZh0 is a text\n").error, "");
  EXPECT_EQ(ReadContent("BZh").lines, "BZh");
}

TEST(InputFile, BeginningOfAMagicNumberIsPlain) {
  for (const std::string_view text : {"\x1f", "\x1f\x8b", "\x28\xb5\x2f"}) {
    EXPECT_EQ(ReadContent(text).lines, text);
  }
}

TEST(InputFile, ErrorIsGivenAgain) {
  const LogFile file(Gzipped("one\n") + "garbage");
  auto input = InputFile::Open(file.path());
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ((*input)->Next()->lines, "one\n");
  EXPECT_FALSE((*input)->Next().has_value());
  EXPECT_FALSE((*input)->Next().has_value());
}

TEST(InputFile, ConsumedCountsThePackedOctets) {
  const std::string packed = Gzipped(ManyLines(1000));
  const LogFile file(packed);
  auto input = InputFile::Open(file.path());
  ASSERT_TRUE(input.has_value());
  while (!(*input)->Next()->lines.empty()) {
  }
  EXPECT_EQ((*input)->consumed(), packed.size());
  EXPECT_EQ((*input)->total(), packed.size());
}

TEST(InputFile, ReadsAPipeThatIsFilledBitByBit) {
  const std::string path =
      testing::TempDir() + "ricochet-report-pipe-" + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int fd = ::open(path.c_str(), O_RDWR);  // keeps Open() from waiting
  ASSERT_EQ(::write(fd, "one\ntw", 6), 6);
  auto input = InputFile::Open(path);
  ASSERT_TRUE(input.has_value());
  EXPECT_EQ((*input)->total(), 0U);
  EXPECT_NE((*input)->modified(), kNoTime);
  EXPECT_EQ((*input)->Next()->lines, "one\n");
  ASSERT_EQ(::write(fd, "o\n", 2), 2);
  EXPECT_EQ((*input)->Next()->lines, "two\n");
  ::close(fd);
  EXPECT_EQ((*input)->Next()->lines, "");
  ::unlink(path.c_str());
}

TEST(TotalSize, AddsUpFiles) {
  const LogFile a("12345");
  const LogFile b("123");
  const std::vector<std::string> paths = {a.path(), b.path()};
  EXPECT_EQ(TotalSize(paths), 8U);
}

TEST(TotalSize, IsNotKnownOfStandardInput) {
  const LogFile file("12345");
  const std::vector<std::string> paths = {file.path(), "-"};
  EXPECT_EQ(TotalSize(paths), 0U);
}

TEST(TotalSize, MissingFilesCountNothing) {
  const LogFile file("12345");
  const std::vector<std::string> paths = {file.path(), "/nonexistent/log"};
  EXPECT_EQ(TotalSize(paths), 5U);
}

}  // namespace
}  // namespace ricochet
