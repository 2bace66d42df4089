#include "publish/count_evidence.h"

#include <cstddef>
#include <span>

#include "publish/key.h"
#include "ricochet/packed_counts.h"

namespace ricochet {
namespace {

void PackRow(const CountRow& row, std::string& out) {
  PackText(row.stream, out);
  PackText(row.provider, out);
  PackText(row.egress, out);
  PackNumber(row.minute, out);
  PackCounts(row.numbers, row.reasons, out);
}

}  // namespace

std::string_view CountEvidenceEncoder::Encode(const CountRecord& record) {
  bytes_.assign(1, static_cast<char>(kCountEvidence));
  PackText(record.tenant, bytes_);
  PackText(record.sender_domain, bytes_);
  for (const auto& row : record.rows) PackRow(row, bytes_);
  return bytes_;
}

OutputRecord CountEvidenceEncoder::ToRecord(const CountRecord& record) {
  key_ = "s|";
  AppendKeyField(record.tenant, key_);
  key_ += '|';
  key_ += record.sender_domain;
  return OutputRecord{
      .topic = Topic::kCounts, .key = key_, .value = Encode(record)};
}

Result<CountRecord, Reject> CountEvidenceDecoder::Decode(
    std::string_view bytes) {
  PackedReader in(bytes);
  if (in.Octet() != kCountEvidence) {
    return Fail(bytes.empty() ? Reject::kBadSyntax : Reject::kUnknownLayout);
  }
  rows_.clear();
  reasons_.clear();
  CountRecord record;
  record.tenant = in.Text();
  record.sender_domain = in.Text();
  sizes_.clear();
  while (in.ok() && !in.empty()) {
    CountRow& row = rows_.emplace_back();
    row.stream = in.Text();
    row.provider = in.Text();
    row.egress = in.Text();
    row.minute = static_cast<Minute>(in.Number(kLastMinute));
    sizes_.push_back(ReadCounts(in, row.numbers, reasons_));
  }
  if (!in.Finished()) return Fail(Reject::kBadSyntax);
  std::size_t at = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i].reasons = std::span(reasons_).subspan(at, sizes_[i]);
    at += sizes_[i];
  }
  record.rows = rows_;
  return record;
}

}  // namespace ricochet
