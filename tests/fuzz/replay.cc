// Runs a fuzz target over files and folders, for compilers without libFuzzer.
// Each input is also run with every octet cut off its end in turn, and with
// every bit of a sample of its octets flipped: seeds alone would only show that
// good input is good.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// In memory of exactly its size, so that AddressSanitizer sees each octet read
// beyond it.
void RunOne(const Bytes& bytes) {
  const Bytes exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void RunVariants(Bytes bytes) {
  RunOne(bytes);
  const std::size_t step = std::max<std::size_t>(1, bytes.size() / 512);
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      bytes[i] ^= static_cast<std::uint8_t>(1U << bit);
      RunOne(bytes);
      bytes[i] ^= static_cast<std::uint8_t>(1U << bit);
    }
  }
  for (std::size_t size = 0; size < bytes.size(); size += step) {
    RunOne(Bytes(bytes.begin(),
                 bytes.begin() + static_cast<std::ptrdiff_t>(size)));
  }
}

bool RunFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  RunVariants(Bytes(std::istreambuf_iterator<char>(in), {}));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    std::vector<std::filesystem::path> paths = {argv[i]};
    if (std::filesystem::is_directory(argv[i])) {
      paths.assign(std::filesystem::recursive_directory_iterator(argv[i]), {});
      std::sort(paths.begin(), paths.end());
    }
    for (const auto& path : paths) {
      if (std::filesystem::is_directory(path)) continue;
      if (!RunFile(path)) return 1;
      ++files;
    }
  }
  if (files == 0) {
    std::fprintf(stderr, "usage: %s FILE-OR-FOLDER...\n", argv[0]);
    return 2;
  }
  std::printf("%d files\n", files);
  return 0;
}
