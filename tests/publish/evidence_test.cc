#include "publish/evidence.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "publish/sample.h"

namespace ricochet {
namespace {

AddressEvidence SampleEvidence() {
  return {.event = {0x1122334455667788, 0x99aabbccddeeff00},
          .time = SampleTime(),
          .tenant = "default",
          .address = "utf@std.test",
          .sender_domain = "shop.example",
          .stream = "weekly",
          .outcome = Outcome::kBounced,
          .reason = Reason::kUserUnknown,
          .permanence = Permanence::kPermanent,
          .kind = Kind::kHard,
          .decided_by = DecidedBy::kTextRule,
          .authority = Authority::kLocal,
          .provider = 5,
          .rule = "generic.user-unknown.de",
          .fault = Fault::kRecipient,
          .reply_code = 550,
          .own_mailbox = true};
}

bool Same(const AddressEvidence& a, const AddressEvidence& b) {
  const auto all = [](const AddressEvidence& e) {
    return std::tie(e.event, e.time, e.tenant, e.address, e.sender_domain,
                    e.stream, e.outcome, e.reason, e.permanence, e.kind,
                    e.decided_by, e.authority, e.provider, e.rule, e.fault,
                    e.reply_code, e.own_mailbox);
  };
  return all(a) == all(b);
}

DomainEvidence SampleDomain() {
  DomainEvidence evidence{.failure = SampleEvidence(),
                          .domain = "std.test",
                          .address_hash = 0xfedcba9876543210};
  evidence.failure.address = {};
  evidence.failure.sender_domain = {};
  evidence.failure.stream = {};
  return evidence;
}

OperatorAction SampleAction() {
  return {.event = {1, 2},
          .time = SampleTime(),
          .verb = OperatorVerb::kImport,
          .scope = SuppressionScope::kAddressList,
          .tenant = "default",
          .address = "utf@std.test",
          .qualifier = "shop.example",
          .reason = Reason::kUnsubscribed,
          .expires = SampleTime(1000),
          .who = "ops@shop.example",
          .note = "asked by telephone"};
}

std::string Encoded(const auto& evidence) {
  EvidenceEncoder encoder;
  return std::string(encoder.Encode(evidence));
}

// One of each kind.
std::vector<std::string> Records() {
  return {Encoded(SampleEvidence()), Encoded(SampleDomain()),
          Encoded(SampleAction())};
}

// The address evidence in `bytes`; nothing if there is none.
std::optional<AddressEvidence> Address(const std::string& bytes) {
  const auto input = DecodeEvidence(bytes);
  const auto* evidence =
      input ? std::get_if<AddressEvidence>(&*input) : nullptr;
  return evidence != nullptr ? std::optional(*evidence) : std::nullopt;
}

TEST(Evidence, ComesBackAsItWas) {
  const auto bytes = Encoded(SampleEvidence());
  const auto decoded = Address(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(Same(*decoded, SampleEvidence()));
}

TEST(Evidence, DomainEvidenceComesBackAsItWas) {
  const auto bytes = Encoded(SampleDomain());
  const auto input = DecodeEvidence(bytes);
  ASSERT_TRUE(input);
  const auto& decoded = std::get<DomainEvidence>(*input);
  EXPECT_TRUE(Same(decoded.failure, SampleDomain().failure));
  EXPECT_EQ(decoded.domain, "std.test");
  EXPECT_EQ(decoded.address_hash, 0xfedcba9876543210);
}

TEST(Evidence, OperatorActionComesBackAsItWas) {
  const auto bytes = Encoded(SampleAction());
  const auto input = DecodeEvidence(bytes);
  ASSERT_TRUE(input);
  const auto all = [](const OperatorAction& a) {
    return std::tie(a.event, a.time, a.verb, a.scope, a.tenant, a.address,
                    a.qualifier, a.reason, a.expires, a.who, a.note);
  };
  const auto expected = SampleAction();
  EXPECT_EQ(all(std::get<OperatorAction>(*input)), all(expected));
}

TEST(Evidence, FirstLayoutIsStillRead) {
  auto bytes = Encoded(SampleEvidence());
  bytes.resize(bytes.size() - 2 - SampleEvidence().stream.size());
  bytes[0] = 1;
  auto expected = SampleEvidence();
  expected.stream = {};
  ASSERT_TRUE(Address(bytes));
  EXPECT_TRUE(Same(*Address(bytes), expected));
}

TEST(Evidence, RandomValuesComeBack) {
  std::mt19937_64 random(3);
  const auto number = [&](std::size_t below) { return random() % below; };
  const auto text = [&] {
    std::string s(number(60), ' ');
    for (auto& c : s) c = static_cast<char>(number(256));
    return s;
  };
  for (int i = 0; i < 5'000; ++i) {
    const std::array texts = {text(), text(), text(), text(), text()};
    const AddressEvidence evidence{
        .event = {random(), random()},
        .time = SampleTime(static_cast<int>(number(1'000'000))),
        .tenant = texts[0],
        .address = texts[1],
        .sender_domain = texts[2],
        .stream = texts[4],
        .outcome = static_cast<Outcome>(number(kOutcomeNames.size())),
        .reason = static_cast<Reason>(number(kReasons.size())),
        .permanence = static_cast<Permanence>(number(kPermanenceNames.size())),
        .kind = static_cast<Kind>(number(kKindNames.size())),
        .decided_by = static_cast<DecidedBy>(number(kDecidedByNames.size())),
        .authority = static_cast<Authority>(number(kAuthorityNames.size())),
        .provider = static_cast<ProviderId>(number(kMaxProviders)),
        .rule = texts[3],
        .fault = static_cast<Fault>(number(kFaultNames.size())),
        .reply_code = static_cast<std::uint16_t>(number(700)),
        .own_mailbox = number(2) == 1};
    const auto bytes = Encoded(evidence);
    const auto decoded = Address(bytes);
    ASSERT_TRUE(decoded);
    ASSERT_TRUE(Same(*decoded, evidence));
  }
}

TEST(Evidence, CutAnywhereIsAnError) {
  for (const auto& bytes : Records()) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      // A copy of its own, so that a sanitizer sees a read past its end.
      const std::string cut(bytes, 0, size);
      const auto decoded = DecodeEvidence(cut);
      ASSERT_FALSE(decoded) << size;
      EXPECT_EQ(decoded.error(), Reject::kBadSyntax) << size;
    }
    EXPECT_FALSE(DecodeEvidence(bytes + "x"));
  }
}

TEST(Evidence, OtherNumbersAreUnknownLayouts) {
  auto bytes = Encoded(SampleEvidence());
  for (const int number : {0, 5, 255}) {
    bytes[0] = static_cast<char>(number);
    EXPECT_EQ(DecodeEvidence(bytes).error(), Reject::kUnknownLayout) << number;
  }
}

TEST(Evidence, NumbersBeyondTheirListsAreErrors) {
  for (std::size_t at = 25; at <= 35; ++at) {
    if (at == 33 || at == 34) continue;  // the reply code takes any number
    auto bytes = Encoded(SampleEvidence());
    bytes[at] = '\xFF';
    ASSERT_FALSE(DecodeEvidence(bytes)) << at;
  }
  for (const std::size_t at : {33U, 34U, 35U}) {
    auto bytes = Encoded(SampleAction());
    bytes[at] = '\xFF';
    ASSERT_FALSE(DecodeEvidence(bytes)) << at;
  }
}

TEST(Evidence, TimesBeyondFourDigitYearsAreErrors) {
  auto evidence = SampleEvidence();
  evidence.time = EventTime::max();
  EXPECT_FALSE(DecodeEvidence(Encoded(evidence)));
  evidence.time = kNoTime;
  EXPECT_TRUE(DecodeEvidence(Encoded(evidence)));
}

TEST(Evidence, RandomBytesNeverCrash) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 50'000; ++i) {
    auto bytes = Records()[static_cast<std::size_t>(i) % 3];
    for (int flips = 0; flips < 4; ++flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes.resize(random() % (bytes.size() + 8));
    const std::string exact(bytes);
    if (const auto decoded = Address(exact)) {
      EXPECT_LT(static_cast<std::size_t>(decoded->reason), kReasons.size());
    }
  }
}

TEST(Evidence, HugeTextsAreCut) {
  const std::string huge(70'000, 'x');
  auto evidence = SampleEvidence();
  evidence.rule = huge;
  const auto bytes = Encoded(evidence);
  const auto decoded = Address(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->rule.size(), 65'535U);
  EXPECT_EQ(decoded->address, evidence.address);
}

TEST(Evidence, IsSmall) {
  auto evidence = SampleEvidence();
  const auto texts = evidence.tenant.size() + evidence.address.size() +
                     evidence.sender_domain.size() + evidence.rule.size() +
                     evidence.stream.size();
  EXPECT_EQ(Encoded(evidence).size(), 46 + texts);
}

TEST(Evidence, KeyIsAddressWithinTenant) {
  EvidenceEncoder encoder;
  auto evidence = SampleEvidence();
  EXPECT_EQ(encoder.ToRecord(evidence).key, "a|default|utf@std.test");
  evidence.tenant = "a|b%";
  evidence.address = "x|y@std.test";
  EXPECT_EQ(encoder.ToRecord(evidence).key, "a|a%7Cb%25|x|y@std.test");
  EXPECT_EQ(encoder.ToRecord(evidence).topic, Topic::kEvidence);
}

TEST(Evidence, KeysBringActionsToWhatTheyAreAbout) {
  EvidenceEncoder encoder;
  EXPECT_EQ(encoder.ToRecord(SampleDomain()).key, "d|default|std.test");
  auto action = SampleAction();
  EXPECT_EQ(encoder.ToRecord(action).key, "a|default|utf@std.test");
  action.scope = SuppressionScope::kDomain;
  action.address = "std.test";
  EXPECT_EQ(encoder.ToRecord(action).key, "d|default|std.test");
}

// Enumerators travel by number. Whoever changes one of these without adding it
// at the list's end gives evidence a new version.
TEST(Evidence, NumbersOfReasonsAreAContract) {
  EXPECT_EQ(static_cast<int>(Reason::kUserUnknown), 2);
  EXPECT_EQ(static_cast<int>(Reason::kNoAnswer), 14);
  EXPECT_EQ(static_cast<int>(Reason::kSpamContent), 33);
  EXPECT_EQ(static_cast<int>(Reason::kExpired), 42);
  EXPECT_EQ(static_cast<int>(Reason::kUnclassified), 47);
  EXPECT_EQ(static_cast<int>(Outcome::kUnsubscribed), 5);
  EXPECT_EQ(static_cast<int>(Kind::kNone), 6);
  EXPECT_EQ(static_cast<int>(Authority::kEsp), 4);
  EXPECT_EQ(static_cast<int>(DecidedBy::kNone), 4);
  EXPECT_EQ(static_cast<int>(Fault::kUnknown), 6);
  EXPECT_EQ(static_cast<int>(SuppressionScope::kAddressList), 3);
  EXPECT_EQ(static_cast<int>(OperatorVerb::kImport), 2);
}

}  // namespace
}  // namespace ricochet
