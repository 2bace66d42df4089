#include "app/report.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>

#include "app/attempts.h"
#include "app/config.h"
#include "app/line_file.h"
#include "app/report_files.h"
#include "app/report_outputs.h"
#include "app/report_rates.h"
#include "app/report_sink.h"
#include "app/rules.h"
#include "app/settings.h"
#include "decode/stamp.h"
#include "ledger/suppress.h"
#include "publish/delivery_event.h"
#include "publish/suppression.h"
#include "report/document.h"
#include "report/input.h"
#include "report/progress.h"
#include "report/render.h"
#include "report/summary.h"

namespace ricochet {
namespace {

using Clock = std::chrono::steady_clock;

// Everything one run of the report holds.
class Run {
 public:
  static Result<std::unique_ptr<Run>> Make(const ReportOptions& options);

  Result<void> ReadAll();
  Result<void> WriteFiles();
  void Print();
  [[nodiscard]] Result<void> Errors() const;

 private:
  Run(const ReportOptions& options, Config config, Rules rules,
      Attribution attribution, std::vector<ReportFile> files);

  Result<void> Prepare();
  void ReadFile(ReportFile& file, std::int32_t number, ProgressBar& progress);
  [[nodiscard]] ReportFacts Facts() const;
  [[nodiscard]] std::uint64_t LinesSoFar() const;

  const ReportOptions& options_;
  const Config config_;
  const Rules rules_;
  const Attribution attribution_;
  std::vector<ReportFile> files_;
  std::vector<std::string> names_;
  const EventIds ids_;
  const std::unique_ptr<Counts> counts_;
  Correlator correlator_;
  Suppressor suppressor_;
  DeliveryEventEncoder encoder_;
  std::optional<LineFile> events_file_;
  std::optional<ReportRates> rates_;
  std::unique_ptr<ReportSink> sink_;
  std::unique_ptr<Attempts> attempts_;
  std::uint64_t bytes_before_ = 0;
  Clock::time_point start_ = Clock::now();
};

std::vector<std::string> NamesOf(const std::vector<ReportFile>& files) {
  std::vector<std::string> names;
  for (const ReportFile& file : files) names.emplace_back(file.input->name());
  return names;
}

DecodeOptions DecodeOptionsOf(const ReportOptions& options,
                              const Config& config) {
  DecodeOptions decode = AttemptsSettingsOf(config).decode;
  decode.slack = kZoneSlack;
  decode.year = options.year;
  if (options.zone.count() != 0) decode.zone = options.zone;
  return decode;
}

// A report says what the evidence shows: the brake, which doubts it while mail
// is being sent, would only hide that.
SuppressorOptions SuppressorOptionsOf(const Rules& rules) {
  SuppressorOptions options;
  options.brake = false;
  options.advice = [book = rules.book](Reason reason) {
    return std::string_view(book->reason_text(reason).advice);
  };
  return options;
}

Result<std::unique_ptr<Run>> Run::Make(const ReportOptions& options) {
  Config config;
  if (!options.config.empty()) {
    auto loaded = LoadConfig(options.config);
    if (!loaded) return tl::unexpected(std::move(loaded.error()));
    config = std::move(*loaded);
  }
  auto rules =
      LoadRules(options.rules.empty() ? config.rules.path : options.rules,
                config.events.crosswalk);
  if (!rules) return tl::unexpected(std::move(rules.error()));
  auto attribution = Attribution::Make(config.attribution);
  if (!attribution) return tl::unexpected(std::move(attribution.error()));
  auto files = OpenReportFiles(options.files, DecodeOptionsOf(options, config));
  if (!files) return tl::unexpected(std::move(files.error()));
  if (auto checked = CheckOutputs(options, *files); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  std::unique_ptr<Run> run(new Run(options, std::move(config),
                                   std::move(*rules), std::move(*attribution),
                                   std::move(*files)));
  auto prepared = run->Prepare();
  if (!prepared) return tl::unexpected(std::move(prepared.error()));
  return run;
}

Run::Run(const ReportOptions& options, Config config, Rules rules,
         Attribution attribution, std::vector<ReportFile> files)
    : options_(options),
      config_(std::move(config)),
      rules_(std::move(rules)),
      attribution_(std::move(attribution)),
      files_(std::move(files)),
      names_(NamesOf(files_)),
      ids_("file", names_),
      counts_(std::make_unique<Counts>()),
      correlator_(CorrelationLimitsOf(config_), attribution_, "", *counts_),
      suppressor_(*rules_.policy, SuppressorOptionsOf(rules_)),
      encoder_({.provider_names = rules_.book->provider_names(),
                .ruleset_hash = std::string(rules_.book->hash()),
                .ce_source = "file",
                .topics = names_,
                .delivered = Delivered::kFull,
                .crosswalk = rules_.crosswalk}) {}

Result<void> Run::Prepare() {
  auto ruleset = Ruleset::Compile(rules_.book);
  if (!ruleset) return tl::unexpected(std::move(ruleset.error()));
  if (!options_.events.empty()) {
    auto file = LineFile::Create(options_.events);
    if (!file) return tl::unexpected(std::move(file.error()));
    events_file_ = std::move(*file);
  }
  if (!options_.rates.empty()) {
    const auto names = rules_.book->provider_names();
    rates_.emplace(std::vector<std::string>(names.begin(), names.end()),
                   config_);
  }
  sink_ = std::make_unique<ReportSink>(suppressor_, encoder_,
                                       events_file_ ? &*events_file_ : nullptr,
                                       rates_ ? &*rates_ : nullptr);
  AttemptsSettings settings = AttemptsSettingsOf(config_);
  settings.decode = DecodeOptionsOf(options_, config_);
  settings.since = options_.since;
  settings.until = options_.until;
  settings.records_are_blocks = true;
  settings.formats.clear();  // those are of topics, these are files
  attempts_ = std::make_unique<Attempts>(std::move(settings),
                                         std::move(*ruleset), ids_);
  return {};
}

Result<void> Run::ReadAll() {
  ProgressBar progress(STDERR_FILENO, TotalSize(options_.files));
  std::int32_t number = 0;
  for (ReportFile& file : files_) ReadFile(file, number++, progress);
  progress.Erase();
  suppressor_.Tick(sink_->stats().last, *sink_);
  return {};
}

void Run::ReadFile(ReportFile& file, std::int32_t number,
                   ProgressBar& progress) {
  InputFile& input = *file.input;
  Result<InputFile::Block> block = file.first_block;
  Offset offset = 0;
  while (file.error.empty() && !block->lines.empty()) {
    const Record record{.value = block->lines,
                        .partition = {.topic = number},
                        .offset = offset,
                        .time = input.modified()};
    attempts_->Process(record, correlator_, *sink_, *counts_);
    suppressor_.Settle();
    if (rates_) rates_->Fold();
    offset += static_cast<Offset>(block->lines.size());
    progress.Update(bytes_before_ + input.consumed(), LinesSoFar());
    block = input.Next();
    if (!block) file.error = block.error().message;
  }
  bytes_before_ += input.consumed();
}

std::uint64_t Run::LinesSoFar() const {
  std::uint64_t lines = 0;
  for (const Fate fate :
       {Fate::kEmitted, Fate::kAbsorbed, Fate::kIgnored, Fate::kDeadLettered}) {
    lines += counts_->Lines(fate);
  }
  return lines;
}

Result<void> Run::WriteFiles() {
  if (events_file_) {
    if (auto closed = events_file_->Close(); !closed) return closed;
  }
  if (rates_) {
    if (auto written = rates_->WriteTo(options_.rates); !written) {
      return written;
    }
  }
  if (options_.suppressions.empty()) return {};
  auto file = LineFile::Create(options_.suppressions);
  if (!file) return tl::unexpected(std::move(file.error()));
  SuppressionEncoder encoder("file", rules_.policy->hash());
  suppressor_.ForEach([&](const SuppressionEntry& entry) {
    file->Write(encoder.Encode(entry, SuppressionAction::kSuppress));
  });
  return file->Close();
}

ReportFacts Run::Facts() const {
  ReportFacts facts;
  for (const ReportFile& file : files_) {
    facts.inputs.push_back(
        {std::string(file.input->name()), file.input->consumed(), file.error});
  }
  const auto names = rules_.book->provider_names();
  facts.providers.assign(names.begin(), names.end());
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    facts.advice[i] = rules_.book->reason_text(static_cast<Reason>(i)).advice;
  }
  facts.suppressions.reserve(suppressor_.suppressed());
  suppressor_.ForEach([&](const SuppressionEntry& entry) {
    facts.suppressions.push_back(RowOf(entry));
  });
  facts.watched = suppressor_.watched();
  facts.ruleset = rules_.book->hash();
  facts.thresholds = RateThresholdsOf(config_);
  facts.elapsed_s =
      std::chrono::duration<double>(Clock::now() - start_).count();
  return facts;
}

void Run::Print() {
  const Summary summary = Summarize(sink_->stats(), *counts_, Facts());
  const std::string text =
      options_.json
          ? RenderJson(summary)
          : RenderText(summary, ScreenOf(STDOUT_FILENO, options_.color));
  std::fwrite(text.data(), 1, text.size(), stdout);
}

Result<void> Run::Errors() const {
  for (const ReportFile& file : files_) {
    if (!file.error.empty()) return Fail(ErrorCode::kIo, file.error);
  }
  if (std::fflush(stdout) != 0) {
    return Fail(ErrorCode::kIo, "standard output: cannot be written");
  }
  return {};
}

}  // namespace

Result<void> Report(const ReportOptions& options) {
  auto run = Run::Make(options);
  if (!run) return tl::unexpected(std::move(run.error()));
  if (auto read = (*run)->ReadAll(); !read) return read;
  if (auto written = (*run)->WriteFiles(); !written) return written;
  (*run)->Print();
  return (*run)->Errors();
}

std::optional<EventTime> ParseTimeArgument(std::string_view text) {
  std::string full(text);
  if (full.size() == 10) full += "T00:00:00";
  if (full.size() == 16) full += ":00";
  const Stamp stamp = ReadWholeStamp(full);
  if (!stamp.present() || stamp.year == 0) return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{year{stamp.year}, month{stamp.month},
                            day{stamp.day}};
  return sys_days{date} + milliseconds{stamp.millis} - minutes{stamp.offset};
}

}  // namespace ricochet
