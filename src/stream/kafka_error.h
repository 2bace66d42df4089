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
