#include "kafka/broker.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string_view>

namespace ricochet::test {
namespace {

struct Output {
  int status = -1;
  std::string text;
};

Output Script(const std::string& arguments) {
  const std::string command =
      "'" RICOCHET_SOURCE_DIR "/scripts/kafka-broker' " + arguments + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"),
                                                   &pclose);
  Output output;
  if (!pipe) return output;
  std::array<char, 256> buffer{};
  while (fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    output.text += buffer.data();
  }
  output.status = 0;
  return output;
}

}  // namespace

Broker& Broker::Get() {
  static Broker broker;
  return broker;
}

std::string Broker::Start() {
  if (const auto* given = std::getenv("RICOCHET_KAFKA_BOOTSTRAP")) {
    bootstrap_ = given;
    return {};
  }
  if (directory_.empty()) {
    std::string pattern = testing::TempDir() + "ricochet-kafka-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) return "no temporary directory";
    directory_ = pattern;
  }
  const auto output = Script("start '" + directory_ + "'");
  constexpr std::string_view kMark = "BOOTSTRAP=";
  const auto at = output.text.find(kMark);
  if (at == std::string::npos) return output.text;
  bootstrap_ = output.text.substr(at + kMark.size());
  bootstrap_.erase(bootstrap_.find('\n'));
  return {};
}

bool Broker::Kill() { return Script("kill9 '" + directory_ + "'").status == 0; }

void Broker::Stop() {
  if (!directory_.empty()) Script("stop '" + directory_ + "'");
}

}  // namespace ricochet::test

// Announces by name what cannot be run; in CI that is a failure.
int main(int argc, char** argv) {
  constexpr int kSkipped = 77;
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  auto& broker = ricochet::test::Broker::Get();
  if (const auto reason = broker.Start(); !reason.empty()) {
    broker.Stop();
    std::cout << "SKIPPED: kafka_real_broker: " << reason << std::endl;
    const auto* ci = std::getenv("CI");
    return ci != nullptr && std::string_view(ci) == "true" ? 1 : kSkipped;
  }
  const int failed = RUN_ALL_TESTS();
  broker.Stop();
  return failed;
}
