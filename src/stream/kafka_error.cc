#include "stream/kafka_error.h"

#include <fmt/format.h>

#include <array>

namespace ricochet {

bool RejectsRecord(rd_kafka_resp_err_t code) noexcept {
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
      return true;
    default:
      return false;
  }
}

bool IsFencing(rd_kafka_resp_err_t code) noexcept {
  switch (code) {
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED:
      return true;
    default:
      return false;
  }
}

bool IsLostConnection(rd_kafka_resp_err_t code) noexcept {
  return code == RD_KAFKA_RESP_ERR__TRANSPORT ||
         code == RD_KAFKA_RESP_ERR__RESOLVE ||
         code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

bool AnyBrokerAnswers(rd_kafka_t* client) {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(client, 0, nullptr, &answer, 1'000);
  const KafkaHandle<const rd_kafka_metadata_t> metadata(answer);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

Recovery RecoveryOf(rd_kafka_resp_err_t code) noexcept {
  if (IsFencing(code)) return Recovery::kFenced;
  switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
      return Recovery::kStop;
    default:
      return Recovery::kReopen;
  }
}

namespace {

// The cause behind a fatal state of the client, else `code`.
rd_kafka_resp_err_t FatalCause(rd_kafka_t* client, rd_kafka_resp_err_t code) {
  std::array<char, 256> reason{};
  const auto cause = rd_kafka_fatal_error(client, reason.data(), reason.size());
  return cause == RD_KAFKA_RESP_ERR_NO_ERROR ? code : cause;
}

TransportError Make(Recovery recovery, rd_kafka_resp_err_t code,
                    std::string_view doing, std::string_view reason) {
  return {
      recovery,
      RejectsRecord(code),
      {recovery == Recovery::kFenced ? ErrorCode::kFenced : ErrorCode::kKafka,
       fmt::format("{}: {} ({})", doing,
                   reason.empty() ? rd_kafka_err2str(code) : reason,
                   rd_kafka_err2name(code))}};
}

}  // namespace

TransportError MakeTransportError(rd_kafka_t* client, rd_kafka_resp_err_t code,
                                  std::string_view doing,
                                  std::string_view reason) {
  const auto cause = FatalCause(client, code);
  return Make(RecoveryOf(cause), cause, doing, reason);
}

TransportError MakeTransportError(rd_kafka_t* client,
                                  const rd_kafka_error_t* error,
                                  std::string_view doing) {
  const auto code = rd_kafka_error_code(error);
  const auto* reason = rd_kafka_error_string(error);
  if (rd_kafka_error_txn_requires_abort(error) != 0) {
    return Make(Recovery::kAbort, code, doing, reason);
  }
  return MakeTransportError(client, code, doing, reason);
}

}  // namespace ricochet
