#include "app/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "app/config_docs.h"
#include "app/config_keys.h"
#include "app/config_units.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;

// Parses `text` as the file "r.toml": what Describe() says, or the error.
std::string Shown(std::string_view text) {
  const auto config = ParseConfig(text, "r.toml");
  return config ? Describe(*config) : config.error().message;
}

// The error that `text` gives, or "" when it is good.
std::string ErrorOf(std::string_view text) {
  const auto config = ParseConfig(text, "r.toml");
  if (config) return "";
  EXPECT_EQ(config.error().code, ErrorCode::kConfig);
  EXPECT_EQ(config.error().message.find('\n'), std::string::npos);
  return config.error().message;
}

Config Parsed(std::string_view text) {
  auto config = ParseConfig(text, "r.toml");
  EXPECT_TRUE(config.has_value()) << config.error().message;
  return config ? *config : Config();
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A file in the test's own folder, gone afterwards.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content)
      : path_(testing::TempDir() + "ricochet_config_test_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Config, EmptyFileGivesTheDefaults) {
  EXPECT_EQ(Shown(""), Describe(Config()));
}

TEST(Config, EachTypeOfValueIsRead) {
  const Config config = Parsed(R"(
stages = ["ledger"]
[kafka]
brokers = "a.test:9092,b.test:9092"
guarantee = "at_least_once"
commit_interval = "250ms"
[topics]
logs = ["mail.logs", "old.logs"]
[attempts]
workers = 8
[decode]
zone = "-03:30"
max_line = "1MiB"
[correlate]
lifetime = "5d"
content_filters = []
[thresholds]
hard_warning = 1
complaint_warning = 0.05
[events]
crosswalk = true
[log]
level = "warning"
format = "json"
)");
  EXPECT_EQ(config.stages, std::vector<std::string>{"ledger"});
  EXPECT_EQ(config.kafka.brokers, "a.test:9092,b.test:9092");
  EXPECT_EQ(config.kafka.guarantee, Guarantee::kAtLeastOnce);
  EXPECT_EQ(config.kafka.commit_interval, milliseconds(250));
  EXPECT_EQ(config.topics.logs.size(), 2U);
  EXPECT_EQ(config.attempts.workers, 8);
  EXPECT_EQ(config.decode.zone, std::chrono::minutes(-210));
  EXPECT_EQ(config.decode.max_line, 1 << 20);
  EXPECT_EQ(config.correlate.lifetime, std::chrono::days(5));
  EXPECT_TRUE(config.correlate.content_filters.empty());
  EXPECT_EQ(config.thresholds.hard_warning, 1);
  EXPECT_EQ(config.thresholds.complaint_warning, 0.05);
  EXPECT_TRUE(config.events.crosswalk);
  EXPECT_EQ(config.log.level, LogLevel::kWarning);
  EXPECT_EQ(config.log.format, LogFormat::kJson);
}

TEST(Config, UnknownKeyNamesFileLineAndTheLikelyOne) {
  EXPECT_EQ(ErrorOf("\n[kafka]\nbroker = \"x:1\""),
            "r.toml:3: kafka.broker: unknown key; did you mean brokers?");
  EXPECT_EQ(ErrorOf("[htp]\nlisten = \"\""),
            "r.toml:1: htp: unknown key; did you mean http?");
  EXPECT_EQ(ErrorOf("[kafka]\nxyzzy.plugh = 1"),
            "r.toml:2: kafka.xyzzy: unknown key");
  EXPECT_EQ(ErrorOf("workers = 2"), "r.toml:1: workers: unknown key");
}

TEST(Config, SyntaxErrorNamesFileAndLine) {
  EXPECT_TRUE(ErrorOf("[kafka]\nbrokers = \n").starts_with("r.toml:2: "));
  EXPECT_TRUE(ErrorOf("[kafka]\n[kafka]\n").starts_with("r.toml:2: "));
  EXPECT_TRUE(ErrorOf("a = 1\xff").starts_with("r.toml:1: "));
  EXPECT_TRUE(ErrorOf(std::string("a = \0", 5)).starts_with("r.toml:1: "));
}

TEST(Config, WrongTypesAreErrors) {
  EXPECT_EQ(ErrorOf("[kafka]\nbrokers = 9092"),
            "r.toml:2: kafka.brokers: must be a string");
  EXPECT_EQ(ErrorOf("stages = \"attempts\""),
            "r.toml:1: stages: must be a list of strings");
  EXPECT_EQ(ErrorOf("stages = [1]"),
            "r.toml:1: stages: must be a list of strings");
  EXPECT_EQ(ErrorOf("[ledger]\nworkers = \"2\""),
            "r.toml:2: ledger.workers: must be a whole number from 1 to 64");
  EXPECT_EQ(ErrorOf("kafka = 1"), "r.toml:1: kafka: must be a table");
  EXPECT_EQ(ErrorOf("[[kafka]]\n"), "r.toml:1: kafka: must be a table");
  EXPECT_TRUE(Contains(ErrorOf("[kafka]\ncommit_interval = 500"),
                       "r.toml:2: kafka.commit_interval: must be a duration"));
  EXPECT_TRUE(Contains(ErrorOf("[kafka]\nguarantee = true"),
                       "must be one of: exactly_once, at_least_once"));
  EXPECT_TRUE(Contains(ErrorOf("[events]\ndelivered = \"\""),
                       "must be one of: full, short, off"));
  EXPECT_EQ(ErrorOf("[events]\ncrosswalk = \"yes\""),
            "r.toml:2: events.crosswalk: must be true or false");
}

TEST(Config, ValuesOutOfRangeAreErrors) {
  EXPECT_TRUE(Contains(ErrorOf("[attempts]\nworkers = 0"), "from 1 to 64"));
  EXPECT_TRUE(Contains(ErrorOf("[attempts]\nworkers = 65"), "from 1 to 64"));
  EXPECT_TRUE(Contains(ErrorOf("[attempts]\nworkers = 4294967297"), "1 to 64"));
  EXPECT_TRUE(Contains(ErrorOf("[kafka]\nsession_timeout = \"1s\""),
                       "must be from 6s to 30m"));
  EXPECT_TRUE(
      Contains(ErrorOf("[kafka]\nsession_timeout = \"9223372036854775807d\""),
               "must be a duration"));
  EXPECT_TRUE(Contains(ErrorOf("[decode]\nmax_line = \"1GiB\""),
                       "must be from 1KiB to 64MiB"));
  EXPECT_TRUE(Contains(ErrorOf("[decode]\nzone = \"CET\""), "\"+01:00\""));
  EXPECT_TRUE(Contains(ErrorOf("[thresholds]\nhard_page = 101"), "0 to 100"));
  EXPECT_TRUE(Contains(ErrorOf("[thresholds]\nhard_page = nan"), "0 to 100"));
  EXPECT_TRUE(Contains(ErrorOf("[kafka]\nordinal = \"one\""), "\"hostname\""));
  EXPECT_TRUE(Contains(ErrorOf("[http]\nlisten = \"localhost\""), "host:port"));
  EXPECT_TRUE(Contains(ErrorOf("[correlate]\ncontent_filters = [\"a:0\"]"),
                       "\"a:0\" is not host:port"));
  EXPECT_TRUE(Contains(ErrorOf("[decode]\ntext_pointer = \"message\""),
                       "must begin with /"));
}

TEST(Config, StagesAreKnownAndNamedOnce) {
  EXPECT_EQ(ErrorOf("stages = []"), "r.toml:1: stages: must not be empty");
  EXPECT_EQ(ErrorOf("stages = [\"attempt\"]"),
            "r.toml:1: stages: \"attempt\" is not a stage: attempts, ledger");
  EXPECT_EQ(ErrorOf("stages = [\"ledger\", \"ledger\"]"),
            "r.toml:1: stages: \"ledger\" is there twice");
}

TEST(Config, TopicsAreLegalAndDistinct) {
  EXPECT_EQ(ErrorOf("[topics]\nlogs = [\"mail.logs\"]\n\n"
                    "delivery_events = \"mail.logs\""),
            "r.toml:4: topics.delivery_events: mail.logs is also the topic of "
            "topics.logs");
  EXPECT_EQ(ErrorOf("[topics]\nlogs = [\"mail.suppressions\"]"),
            "r.toml:2: topics.logs: mail.suppressions is also the topic of "
            "topics.logs");
  for (const char* name : {"", ".", "..", "a b", "caf\u00e9", "a/b"}) {
    EXPECT_TRUE(
        Contains(ErrorOf("[topics]\nevidence = \"" + std::string(name) + "\""),
                 "r.toml:2: topics.evidence: "))
        << name;
  }
  EXPECT_TRUE(Contains(
      ErrorOf("[topics]\nevidence = \"" + std::string(250, 'a') + "\""),
      "is not a topic name"));
}

TEST(Config, FormatsAreOfInputTopicsAndKnown) {
  const std::string logs = "[topics]\nlogs = [\"a\", \"b\"]\n[decode]\n";
  EXPECT_EQ(ErrorOf(logs + "formats = [\"a=postfix\", \"b=sendmail\"]"), "");
  EXPECT_TRUE(Contains(ErrorOf(logs + "formats = [\"c=postfix\"]"),
                       "c is no input topic"));
  EXPECT_TRUE(
      Contains(ErrorOf(logs + "formats = [\"a=postfix\", \"a=sendmail\"]"),
               "a is named twice"));
  for (const auto* bad : {"a", "a=", "=postfix", "a=qmail", "a b=postfix"}) {
    EXPECT_TRUE(
        Contains(ErrorOf(logs + "formats = [\"" + std::string(bad) + "\"]"),
                 "is not topic=format"))
        << bad;
  }
}

TEST(Config, KeysThatContradictEachOtherAreErrors) {
  EXPECT_EQ(ErrorOf("[kafka]\n\ncommit_interval = \"9s\""),
            "r.toml:3: kafka.commit_interval: commit_interval must be at most "
            "half of transaction_timeout");
  EXPECT_EQ(ErrorOf("[correlate]\nlifetime = \"1m\"\nlinger = \"2m\""),
            "r.toml:3: correlate.linger: linger must not be longer than "
            "lifetime");
  EXPECT_EQ(ErrorOf("[thresholds]\nhard_page = 3"),
            "r.toml:2: thresholds.hard_page: must ascend: warning, critical, "
            "page");
  EXPECT_EQ(ErrorOf("[thresholds]\ncomplaint_warning = 1"),
            "r.toml:2: thresholds.complaint_warning: must ascend: warning, "
            "critical");
}

TEST(Config, TlsAndUserNeedBothOfTheirKeys) {
  EXPECT_EQ(ErrorOf("[http]\ntls_certificate = \"c.pem\""),
            "r.toml:2: http.tls_certificate: TLS needs both tls_certificate "
            "and tls_key");
  EXPECT_EQ(ErrorOf("[http]\n\ntls_key = \"k.pem\""),
            "r.toml:3: http.tls_key: TLS needs both tls_certificate and "
            "tls_key");
  EXPECT_EQ(ErrorOf("[http]\nuser = \"ops\""),
            "r.toml:2: http.user: user and password are needed, both or none");
  EXPECT_EQ(ErrorOf("[http]\nuser = \"o:s\"\npassword = \"x\""),
            "r.toml:2: http.user: \"o:s\" must not contain a colon");
}

TEST(Config, PasswordOfThePageIsNotShown) {
  const std::string shown =
      Shown("[http]\nuser = \"ops\"\npassword = \"hunter2\"");
  EXPECT_TRUE(Contains(shown, "user = \"ops\"\npassword = \"***\""));
  EXPECT_FALSE(Contains(shown, "hunter2"));
  EXPECT_TRUE(Contains(Shown(""), "\npassword = \"\""));
}

TEST(Config, PropertiesArePassedThroughAsText) {
  const Config config = Parsed(R"(
[kafka.properties]
"client.id" = "ricochet"
sasl.username = "u"
"socket.keepalive.enable" = true
[kafka.properties.fetch]
min.bytes = 1000
)");
  const std::map<std::string, std::string> expected = {
      {"client.id", "ricochet"},
      {"sasl.username", "u"},
      {"socket.keepalive.enable", "true"},
      {"fetch.min.bytes", "1000"}};
  EXPECT_EQ(config.kafka.properties, expected);
}

TEST(Config, PropertyOfAnotherTypeOrSetTwiceIsAnError) {
  EXPECT_EQ(ErrorOf("[kafka.properties]\na = 1.5"),
            "r.toml:2: kafka.properties.a: must be a string");
  EXPECT_EQ(ErrorOf("[kafka.properties]\na.b = [\"x\"]"),
            "r.toml:2: kafka.properties.a.b: must be a string");
  EXPECT_TRUE(Contains(ErrorOf("[kafka.properties]\n\"a.b\" = \"1\"\n"
                               "a.b = \"2\""),
                       "kafka.properties.a.b: is set twice"));
  EXPECT_EQ(ErrorOf("[kafka]\nproperties = 1"),
            "r.toml:2: kafka.properties: must be a table");
}

TEST(Config, ReservedPropertyIsRefusedWithTheReason) {
  const ReservedPropertyCheck reserved = [](std::string_view name) {
    return name == "isolation.level"
               ? std::optional<std::string_view>("we set it")
               : std::nullopt;
  };
  const auto config = ParseConfig("[kafka.properties]\nisolation.level = \"x\"",
                                  "r.toml", reserved);
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().message,
            "r.toml:2: kafka.properties.isolation.level: may not be set: "
            "we set it");
}

TEST(Config, SecretComesFromAFile) {
  const TemporaryFile file("s3cret\n");
  const Config config =
      Parsed("[kafka.properties]\nsasl.password = { file = \"" + file.path() +
             "\" }\n");
  EXPECT_EQ(config.kafka.properties.at("sasl.password"), "s3cret");
  EXPECT_FALSE(Contains(Describe(config), "s3cret"));
  EXPECT_TRUE(Contains(Describe(config), "\"sasl.password\" = { file = "));
}

TEST(Config, SecretComesFromTheEnvironment) {
  ::setenv("RICOCHET_TEST_SECRET", "a.test:1", 1);
  const Config config =
      Parsed("[kafka]\nbrokers = { env = \"RICOCHET_TEST_SECRET\" }\n");
  ::unsetenv("RICOCHET_TEST_SECRET");
  EXPECT_EQ(config.kafka.brokers, "a.test:1");
  EXPECT_FALSE(Contains(Describe(config), "a.test:1"));
  EXPECT_TRUE(Contains(Describe(config),
                       "brokers = { env = \"RICOCHET_TEST_SECRET\" }"));
}

TEST(Config, MissingSecretIsAnErrorThatNamesIt) {
  EXPECT_EQ(ErrorOf("[kafka.properties]\nsasl.password = { env = "
                    "\"RICOCHET_TEST_UNSET\" }"),
            "r.toml:2: kafka.properties.sasl.password: the environment has no "
            "RICOCHET_TEST_UNSET");
  EXPECT_EQ(ErrorOf("[kafka]\nbrokers = { file = \"/nonexistent/x\" }"),
            "r.toml:2: kafka.brokers: cannot read the file /nonexistent/x");
  EXPECT_TRUE(Contains(ErrorOf("[kafka]\nbrokers = { file = \"/\" }"), "/"));
  EXPECT_TRUE(Contains(ErrorOf("[kafka]\nbrokers = { path = \"x\" }"),
                       "must be a string, { file = "));
  EXPECT_TRUE(
      Contains(ErrorOf("[kafka]\nbrokers = { file = \"x\", env = \"y\" }"),
               "must be a string, { file = "));
}

TEST(Config, EmptyOrHugeSecretFileIsAnError) {
  const TemporaryFile empty("\n");
  EXPECT_TRUE(Contains(
      ErrorOf("[kafka]\nbrokers = { file = \"" + empty.path() + "\" }"),
      "is empty"));
  const TemporaryFile huge(std::string(70'000, 'x'));
  EXPECT_TRUE(
      Contains(ErrorOf("[kafka]\nbrokers = { file = \"" + huge.path() + "\" }"),
               "is larger than 64 KiB"));
}

TEST(Config, BadSecretIsNotShownInTheError) {
  ::setenv("RICOCHET_TEST_SECRET", "hidden value", 1);
  const std::string error =
      ErrorOf("[http]\nlisten = { env = \"RICOCHET_TEST_SECRET\" }");
  ::unsetenv("RICOCHET_TEST_SECRET");
  EXPECT_EQ(error,
            "r.toml:2: http.listen: { env = \"RICOCHET_TEST_SECRET\" } is not "
            "host:port");
}

TEST(Config, SecretWrittenInTheFileIsMasked) {
  const std::string shown = Shown(
      "[kafka.properties]\nsasl.password = \"s3cret\"\n"
      "ssl.key.pem = \"s3cret\"\nsasl.username = \"u\"\n"
      "SASL.Jaas.config = \"s3cret\"");
  EXPECT_FALSE(Contains(shown, "s3cret"));
  EXPECT_TRUE(Contains(shown, "\"sasl.password\" = \"***\""));
  EXPECT_TRUE(Contains(shown, "\"sasl.username\" = \"u\""));
}

TEST(Config, RulesKeepTheirOrder) {
  const Config config = Parsed(R"(
[[stream]]
header = { name = "X-Campaign", value = "news" }
name = "newsletter"
[[stream]]
sender_domain = ".shop.example"
topic = "mail.logs"
name = "shop"
[[stream]]
name = "rest"
[[tenant]]
instance = "postfix-acme"
name = "acme"
[[egress]]
service = "smtp-pool1"
host = "mx1"
name = "pool1"
)");
  const AttributionRules& rules = config.attribution;
  ASSERT_EQ(rules.streams.size(), 3U);
  EXPECT_EQ(rules.streams[0].header_name, "X-Campaign");
  EXPECT_EQ(rules.streams[0].header_value, "news");
  EXPECT_EQ(rules.streams[1].sender_domain, ".shop.example");
  EXPECT_EQ(rules.streams[1].topic, "mail.logs");
  EXPECT_EQ(rules.streams[2].name, "rest");
  ASSERT_EQ(rules.tenants.size(), 1U);
  EXPECT_EQ(rules.tenants[0].instance, "postfix-acme");
  ASSERT_EQ(rules.egresses.size(), 1U);
  EXPECT_EQ(rules.egresses[0].service, "smtp-pool1");
  EXPECT_EQ(rules.egresses[0].host, "mx1");
}

TEST(Config, BadRulesNameTheirLine) {
  EXPECT_EQ(ErrorOf("\n[[tenant]]\nhost = \"mx1\""),
            "r.toml:2: tenant: a rule needs a name");
  EXPECT_EQ(ErrorOf("[[tenant]]\nname = 1"),
            "r.toml:2: name: must be a string that is not empty");
  EXPECT_EQ(ErrorOf("[[tenant]]\nname = \"a\"\nhostt = \"x\""),
            "r.toml:3: hostt: unknown key; did you mean host?");
  EXPECT_TRUE(Contains(ErrorOf("[[stream]]\nname = \"a\"\nheader = \"X: y\""),
                       "r.toml:3: header: must be { name = "));
  EXPECT_EQ(ErrorOf("[stream]\nname = \"a\""),
            "r.toml:1: stream: must be written as [[stream]]");
  EXPECT_EQ(ErrorOf("stream = [1]"),
            "r.toml:1: stream: must be written as [[stream]]");
  EXPECT_EQ(ErrorOf("[[stream]]\nname = \"a\"\n[[stream]]\nname = \"b\""),
            "r.toml:3: stream: is never reached: the rule before it has no "
            "condition");
}

TEST(Config, RulesPathIsRelativeToTheFile) {
  const auto config =
      ParseConfig("[rules]\npath = \"../rules\"", "/etc/ricochet/r.toml");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->rules.path, "/etc/rules");
  EXPECT_EQ(Parsed("[rules]\npath = \"/srv/rules\"").rules.path, "/srv/rules");
}

TEST(Config, DescriptionLoadsAgain) {
  const std::string shown = Shown(
      "[kafka.properties]\nclient.id = \"a\\\"b\\u001B\"\n[[stream]]\n"
      "header = { name = \"X\", value = \"y\" }\nname = \"n\"\n");
  EXPECT_EQ(Shown(shown), shown);
}

TEST(Config, MissingFileIsAnError) {
  const auto missing = LoadConfig("/nonexistent/r.toml");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  EXPECT_EQ(missing.error().message, "cannot read /nonexistent/r.toml");
  EXPECT_FALSE(LoadConfig("/").has_value());
}

TEST(Config, HostileFilesGiveErrors) {
  EXPECT_NE(ErrorOf(std::string(100'000, '[')), "");
  EXPECT_NE(ErrorOf("a" + std::string(100'000, '.') + " = 1"), "");
  EXPECT_NE(ErrorOf(std::string(100'000, 'x') + " = 1"), "");
}

TEST(Ordinal, IsTakenFromConfigOrHostName) {
  Config config;
  EXPECT_EQ(*Ordinal(config, "ricochet-7"), "");
  config.kafka.ordinal = "3";
  EXPECT_EQ(*Ordinal(config, "ricochet-7"), "3");
  config.kafka.ordinal = "hostname";
  EXPECT_EQ(*Ordinal(config, "ricochet-7"), "7");
  for (const char* host : {"", "ricochet", "ricochet-", "a-7b", "7"}) {
    EXPECT_FALSE(Ordinal(config, host).has_value()) << host;
  }
}

TEST(Units, DurationsAreReadAndWritten) {
  for (const char* text : {"0ms", "1ms", "1500ms", "10s", "90m", "36h", "7d"}) {
    const auto duration = ParseDuration(text);
    ASSERT_TRUE(duration.has_value()) << text;
    EXPECT_EQ(FormatDuration(*duration), text);
  }
  EXPECT_EQ(FormatDuration(milliseconds(60'000)), "1m");
  for (const char* text : {"", "10", "s", "-1s", "1.5s", "1 s", "1s ", "1S",
                           "99999999999999999999s", "9223372036854775807s"}) {
    EXPECT_FALSE(ParseDuration(text).has_value()) << text;
  }
}

TEST(Units, SizesAreReadAndWritten) {
  EXPECT_EQ(ParseSize("64KiB"), 65536);
  EXPECT_EQ(FormatSize(65536), "64KiB");
  EXPECT_EQ(FormatSize(1000), "1000B");
  for (const char* text : {"", "64", "64K", "64kb", "-1B"}) {
    EXPECT_FALSE(ParseSize(text).has_value()) << text;
  }
}

TEST(Units, ZonesAreReadAndWritten) {
  for (const char* text : {"+00:00", "+05:45", "-03:30", "+14:00"}) {
    const auto zone = ParseZone(text);
    ASSERT_TRUE(zone.has_value()) << text;
    EXPECT_EQ(FormatZone(*zone), text);
  }
  for (const char* text :
       {"", "Z", "01:00", "+1:00", "+01:60", "+15:00", "+01.00", "+0a:00"}) {
    EXPECT_FALSE(ParseZone(text).has_value()) << text;
  }
}

TEST(Units, HostAndPortAreSplit) {
  EXPECT_EQ(ParseHostPort("mx.example.org:25")->host, "mx.example.org");
  EXPECT_EQ(ParseHostPort("[2001:db8::1]:25")->host, "2001:db8::1");
  EXPECT_EQ(ParseHostPort("[2001:db8::1]:25")->port, 25);
  for (const char* text : {"", ":", ":25", "a:", "a:b", "a:70000", "a:-1",
                           "2001:db8::1:25", "[]:25", "a b:25", "a:25 "}) {
    EXPECT_FALSE(ParseHostPort(text).has_value()) << text;
  }
}

// The documents in the repository are the generated ones.
void ExpectDocument(const std::string& name, const std::string& text) {
  const std::string path = RICOCHET_SOURCE_DIR "/" + name;
  if (std::getenv("RICOCHET_UPDATE_DOCS") != nullptr) {
    std::ofstream(path) << text;
  }
  EXPECT_EQ(ReadFile(path), text)
      << name << " is out of date: run this test with RICOCHET_UPDATE_DOCS=1";
}

TEST(ConfigDocs, FilesInTheRepositoryAreUpToDate) {
  ExpectDocument("config/ricochet.toml", ConfigFileText());
  ExpectDocument("docs/configuration.md", ConfigMarkdown());
}

TEST(ConfigDocs, FileInTheRepositoryLoadsAndEqualsTheDefaults) {
  const auto config = LoadConfig(RICOCHET_SOURCE_DIR "/config/ricochet.toml");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(Describe(*config), Describe(Config()));
}

TEST(ConfigDocs, EachKeyStandsInBothWithItsDefault) {
  const std::string file = ConfigFileText();
  const std::string page = ConfigMarkdown();
  std::istringstream defaults(Describe(Config()));
  std::size_t keys = 0;
  for (std::string line; std::getline(defaults, line);) {
    const auto equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    ++keys;
    EXPECT_TRUE(Contains(file, "\n" + line + "\n")) << line;
    EXPECT_TRUE(Contains(page, "| `" + line.substr(0, equals) + "` |")) << line;
    EXPECT_TRUE(Contains(page, "| `" + line.substr(equals + 3) + "` |"))
        << line;
  }
  EXPECT_EQ(keys, ConfigKeys().size());
}

TEST(ConfigDocs, ExamplesInTheFileLoad) {
  std::istringstream file(ConfigFileText());
  std::string examples;
  for (std::string line; std::getline(file, line);) {
    const bool example = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    if (example && !Contains(line, "/run/secrets")) {
      examples += line.substr(1) + "\n";
    } else if (line.starts_with("[kafka.properties]")) {
      examples += line + "\n";
    }
  }
  const Config config = Parsed(examples);
  EXPECT_EQ(config.kafka.properties.size(), 3U);
  EXPECT_EQ(config.attribution.tenants.size(), 1U);
  EXPECT_EQ(config.attribution.streams.size(), 2U);
  EXPECT_EQ(config.attribution.egresses.size(), 1U);
}

TEST(ConfigDocs, LinesOfTheFileAreAtMost80Columns) {
  std::istringstream file(ConfigFileText());
  for (std::string line; std::getline(file, line);) {
    EXPECT_LE(line.size(), 80U) << line;
  }
}

}  // namespace
}  // namespace ricochet
