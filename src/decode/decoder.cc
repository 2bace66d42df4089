#include "decode/decoder.h"

#include <utility>

#include "decode/ascii.h"

namespace ricochet {
namespace {

constexpr std::size_t kLinesPerDocument = 16;

EventTime Now() noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::system_clock::now());
}

}  // namespace

Decoder::Decoder(DecodeOptions options)
    : options_(std::move(options)),
      documents_(options_.text_pointer),
      clock_(options_.year, options_.zone, Now(), options_.slack) {}

void Decoder::Start(const Record& record) noexcept {
  framer_ = Framer(record.value);
  clock_.StartRecord(record.time);
  key_host_ = LooksLikeHost(record.key) ? record.key : std::string_view{};
  index_ = 0;
  if (in_document_) CloseDocument();
}

void Decoder::CloseDocument() noexcept {
  document_ = Document{};
  document_lines_ = LineSplitter();
  in_document_ = false;
}

// Reads the piece as a document, with its extent corrected if need be.
bool Decoder::OpenDocument(Framer::Piece& piece) {
  in_document_ = true;
  if (!documents_.Read(piece.bytes, document_)) {
    const std::string_view error = documents_.error();
    const auto cut = framer_.Recut(piece);
    if (!cut || !documents_.Read(*cut, document_)) {
      error_ = error;
      return false;
    }
    framer_.Accept(*cut);
    piece.bytes = *cut;
  }
  document_raw_ = piece.bytes;
  document_lines_ = LineSplitter(document_.text);
  return true;
}

Decoder::Status Decoder::RejectLine(Reject reject,
                                    std::string_view error) noexcept {
  reject_ = reject;
  error_ = error;
  return Status::kRejected;
}

// Reads one line of text, plain or out of document_.
Decoder::Status Decoder::DecodeText(std::string_view text,
                                    LogLine& line) noexcept {
  if (text.size() > options_.max_line) {
    return RejectLine(Reject::kOversize, "line too long");
  }
  if (IsBlank(text)) return Status::kEmpty;
  const SyslogLine syslog = syslog_.Read(text);
  line.text = syslog.text;
  line.host = syslog.host.empty() ? document_.host : syslog.host;
  if (line.host.empty()) line.host = key_host_;
  if (syslog.program.empty()) {
    line.program = document_.program;
    line.pid = document_.pid;
  } else {
    line.program = syslog.program;
    line.pid = syslog.pid;
  }
  const Moment moment = clock_.At(syslog.stamp, document_.stamp);
  line.time = moment.time;
  line.time_quality = moment.quality;
  return Status::kLine;
}

void Decoder::SetTime(std::string_view stamp, LogLine& line) noexcept {
  const Moment moment = clock_.At(ReadWholeStamp(stamp), Stamp{});
  if (moment.time == kNoTime) return;
  line.time = moment.time;
  line.time_quality = moment.quality;
}

// A document that holds no line of text: it may be a record of an MTA's own.
Decoder::Status Decoder::DecodeWhole(std::string_view json,
                                     LogLine& line) noexcept {
  line.text = json;
  line.document = true;
  line.host = document_.host.empty() ? key_host_ : document_.host;
  const Moment moment = clock_.At(Stamp{}, document_.stamp);
  line.time = moment.time;
  line.time_quality = moment.quality;
  return Status::kLine;
}

Decoder::Status Decoder::NextPiece(LogLine& line) {
  std::string_view text;
  while (!document_lines_.Next(text)) {
    if (in_document_) CloseDocument();
    Framer::Piece piece;
    if (!framer_.Next(piece)) return Status::kEnd;
    line.raw = piece.bytes;
    if (!piece.json) return DecodeText(piece.bytes, line);
    if (piece.bytes.size() / kLinesPerDocument > options_.max_line) {
      return RejectLine(Reject::kOversize, "document too long");
    }
    if (!OpenDocument(piece)) {
      if (documents_.textless()) return DecodeWhole(piece.bytes, line);
      return RejectLine(Reject::kDecode, error_);
    }
  }
  line.raw = document_raw_;
  SkipSpaces(text);
  return DecodeText(text, line);
}

Decoder::Status Decoder::Next(LogLine& line) {
  if (std::string_view text; !in_document_ && framer_.NextPlain(text)) {
    line.raw = text;
    line.index = index_++;
    return DecodeText(text, line);
  }
  line = LogLine{};
  line.index = index_;
  const Status status = NextPiece(line);
  if (status != Status::kEnd) ++index_;
  return status;
}

}  // namespace ricochet
