#include "local/front/protocol.hpp"

#include "local/sqs/query.hpp"
#include "local/wire/cbor.hpp"

#include <boost/json/serialize.hpp>

namespace tidewire::local {
namespace {

constexpr std::string_view kinesis_prefix = "Kinesis_20131202.";
constexpr std::string_view events_prefix = "AWSEvents.";
constexpr std::string_view sqs_prefix = "AmazonSQS.";

std::string_view content_type(protocol spoken) noexcept {
  switch (spoken) {
    case protocol::kinesis_cbor:
      return "application/x-amz-cbor-1.1";
    case protocol::sqs_json:
      return "application/x-amz-json-1.0";
    case protocol::sqs_query:
      return "text/xml";
    case protocol::kinesis_json:
    case protocol::events_json:
      break;
  }
  return "application/x-amz-json-1.1";
}

http::response shaped(protocol spoken,
                      unsigned status,
                      std::string body,
                      const std::string& request_id) {
  http::response out;
  out.status = status;
  out.headers.push_back({"x-amzn-RequestId", request_id});
  if (spoken == protocol::kinesis_json || spoken == protocol::kinesis_cbor)
    out.headers.push_back({"x-amz-id-2", request_id + request_id});
  out.headers.push_back({"Content-Type", std::string(content_type(spoken))});
  out.body = std::move(body);
  return out;
}

bool is_signature_error(const api_error& error) noexcept {
  return error.code == "InvalidSignatureException" ||
         error.code == "MissingAuthenticationTokenException";
}

}  // namespace

std::optional<wire_call> classify(const http::request& message) {
  const auto target = http::find_header(message.headers, "X-Amz-Target");
  const auto type = http::find_header(message.headers, "Content-Type");
  const auto after = [&](std::string_view prefix) {
    return std::string(target.substr(prefix.size()));
  };
  if (target.starts_with(kinesis_prefix)) {
    const bool cbor = type.starts_with("application/x-amz-cbor-1.1");
    return wire_call{cbor ? protocol::kinesis_cbor : protocol::kinesis_json, after(kinesis_prefix)};
  }
  if (target.starts_with(events_prefix))
    return wire_call{protocol::events_json, after(events_prefix)};
  if (target.starts_with(sqs_prefix)) return wire_call{protocol::sqs_json, after(sqs_prefix)};
  if (!target.empty()) return std::nullopt;
  auto action = query_action(message);
  if (action.empty()) return std::nullopt;
  return wire_call{protocol::sqs_query, std::move(action)};
}

std::string_view signing_name(protocol spoken) noexcept {
  switch (spoken) {
    case protocol::events_json:
      return "events";
    case protocol::sqs_json:
    case protocol::sqs_query:
      return "sqs";
    case protocol::kinesis_json:
    case protocol::kinesis_cbor:
      break;
  }
  return "kinesis";
}

http::response answer_with(protocol spoken, std::string body, const std::string& request_id) {
  return shaped(spoken, 200, std::move(body), request_id);
}

http::response answer_with(const wire_call& call,
                           const boost::json::object& members,
                           const std::string& request_id) {
  std::string body;
  switch (call.spoken) {
    case protocol::kinesis_cbor:
      if (!members.empty()) cbor::append_json(body, members);
      break;
    case protocol::kinesis_json:
      if (!members.empty()) body = boost::json::serialize(members);
      break;
    case protocol::events_json:
    case protocol::sqs_json:
      body = boost::json::serialize(members);
      break;
    case protocol::sqs_query:
      body = query_answer(call.operation, members, request_id);
      break;
  }
  return shaped(call.spoken, 200, std::move(body), request_id);
}

http::response answer_with(protocol spoken,
                           const api_error& error,
                           const std::string& request_id,
                           bool query_mode) {
  const std::string& old_code = error.query_code.empty() ? error.code : error.query_code;
  if (spoken == protocol::sqs_query) {
    api_error old = error;
    old.code = old_code;
    return shaped(spoken,
                  is_signature_error(error) ? 403 : error.status,
                  query_error(old, request_id),
                  request_id);
  }
  const std::string type =
      spoken == protocol::sqs_json ? "com.amazonaws.sqs#" + error.code : error.code;
  const boost::json::object members{{"__type", type}, {"message", error.message}};
  std::string body;
  if (spoken == protocol::kinesis_cbor)
    cbor::append_json(body, members);
  else
    body = boost::json::serialize(members);
  http::response out = shaped(spoken, error.status, std::move(body), request_id);
  out.headers.push_back({"X-Amzn-ErrorType", error.code});
  if (spoken == protocol::sqs_json && query_mode)
    out.headers.push_back(
        {"x-amzn-query-error", old_code + (error.status >= 500 ? ";Receiver" : ";Sender")});
  return out;
}

http::response answer_unknown(const api_error& error, const std::string& request_id) {
  return answer_with(protocol::events_json, error, request_id, false);
}

api_error throttled(protocol spoken) {
  switch (spoken) {
    case protocol::events_json:
      return {.code = "ThrottlingException", .message = "Rate exceeded"};
    case protocol::sqs_json:
    case protocol::sqs_query:
      return {.code = "RequestThrottled",
              .message = "The request was denied due to request throttling."};
    case protocol::kinesis_json:
    case protocol::kinesis_cbor:
      break;
  }
  return {.code = "ProvisionedThroughputExceededException",
          .message = "Rate exceeded for the stream."};
}

}  // namespace tidewire::local
