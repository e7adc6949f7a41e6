#pragma once

#include "http/message.hpp"
#include "local/call/service.hpp"

#include <optional>
#include <string>
#include <string_view>

/// How calls, answers and refusals look on the wire in the five ways in which clients speak to the
/// three services.
namespace tidewire::local {

enum class protocol { kinesis_json, kinesis_cbor, events_json, sqs_json, sqs_query };

/// Which operation of which service a request asks for.
struct wire_call {
  protocol spoken = protocol::kinesis_json;
  std::string operation;
};

/// \return nothing if the request has neither a known X-Amz-Target nor an Action.
std::optional<wire_call> classify(const http::request& message);

/// The name that the request must be signed for: `kinesis`, `events`, `sqs`.
std::string_view signing_name(protocol spoken) noexcept;

/// A successful answer around a body that is ready. `request_id` is told in the headers (and in XML
/// in the body).
http::response answer_with(protocol spoken, std::string body, const std::string& request_id);
/// A successful answer of members.
http::response answer_with(const wire_call& call,
                           const boost::json::object& members,
                           const std::string& request_id);

/// \param query_mode whether the sender asked for SQS's older error names beside the new
/// (x-amzn-query-mode: true).
http::response answer_with(protocol spoken,
                           const api_error& error,
                           const std::string& request_id,
                           bool query_mode);

/// For a request that is of no known protocol: the JSON shape.
http::response answer_unknown(const api_error& error, const std::string& request_id);

/// The throttling refusal as the service words it.
api_error throttled(protocol spoken);

}  // namespace tidewire::local
