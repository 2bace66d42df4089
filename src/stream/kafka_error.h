#pragma once

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "stream/kafka_handles.h"
#include "stream/transport.h"

namespace ricochet {

// The broker refused a record for what it is, so sending it again is in vain.
[[nodiscard]] bool RejectsRecord(rd_kafka_resp_err_t code) noexcept;

// Somebody else uses our transactional id or group instance id, or the
// coordinator gave our transaction up, which looks the same from here.
[[nodiscard]] bool IsFencing(rd_kafka_resp_err_t code) noexcept;

// A connection to a broker was lost, or cannot be made. librdkafka's own
// _ALL_BROKERS_DOWN is not to be relied on: it does not come when a coordinator
// was forgotten before its connection was seen to be lost.
[[nodiscard]] bool IsLostConnection(rd_kafka_resp_err_t code) noexcept;

// Asks for metadata of what is known already; waits a second at most.
[[nodiscard]] bool AnyBrokerAnswers(rd_kafka_t* client);

// What to do about `code`, when librdkafka does not say so itself.
[[nodiscard]] Recovery RecoveryOf(rd_kafka_resp_err_t code) noexcept;

// "doing: reason". Looks behind _FATAL for the cause that `client` keeps.
[[nodiscard]] TransportError MakeTransportError(rd_kafka_t* client,
                                                rd_kafka_resp_err_t code,
                                                std::string_view doing,
                                                std::string_view reason = {});
[[nodiscard]] TransportError MakeTransportError(rd_kafka_t* client,
                                                const rd_kafka_error_t* error,
                                                std::string_view doing);

}  // namespace ricochet
