#pragma once

#include <string>

namespace ricochet::test {

// The broker that all tests of this program share: started once by
// scripts/kafka-broker, or named by RICOCHET_KAFKA_BOOTSTRAP.
class Broker {
 public:
  static Broker& Get();

  // Empty when it runs; else why it does not.
  std::string Start();
  void Stop();
  // Ends it as a power cut would, and starts it again with its data.
  bool can_be_killed() const { return !directory_.empty(); }
  bool Kill();
  std::string Restart() { return Start(); }
  [[nodiscard]] const std::string& bootstrap() const { return bootstrap_; }

 private:
  std::string bootstrap_;
  std::string directory_;  // empty: somebody else's broker
};

}  // namespace ricochet::test
