#pragma once

#include "local/call/service.hpp"

#include <string>
#include <string_view>

/// SQS's refusals, each with the name that the older Query protocol has for it.
namespace tidewire::local::sqs_errors {

inline api_error legacy(std::string code, std::string message, unsigned status = 400) {
  api_error out{.code = std::move(code), .message = std::move(message), .status = status};
  out.query_code = "AWS.SimpleQueueService." + out.code;
  return out;
}

/// More than this endpoint is to hold; SQS itself has no such bound, but throttles in these words.
/// Trying again helps, so it is not the sender's fault.
inline api_error no_room() {
  return {.code = "RequestThrottled", .message = "The queues are full.", .status = 503};
}

inline api_error no_queue() {
  auto out = legacy("QueueDoesNotExist", "The specified queue does not exist.");
  out.query_code = "AWS.SimpleQueueService.NonExistentQueue";
  return out;
}

inline api_error invalid_parameter(std::string message) {
  return {.code = "InvalidParameterValueException",
          .message = std::move(message),
          .query_code = "InvalidParameterValue"};
}

inline api_error invalid_value(std::string_view value,
                               std::string_view parameter,
                               std::string_view reason) {
  std::string message = "Value ";
  message.append(value)
      .append(" for parameter ")
      .append(parameter)
      .append(" is invalid. Reason: ")
      .append(reason);
  return invalid_parameter(std::move(message));
}

inline api_error missing_parameter(std::string_view name) {
  return {.code = "MissingRequiredParameterException",
          .message = "The request must contain the parameter " + std::string(name) + ".",
          .query_code = "MissingParameter"};
}

inline api_error invalid_attribute_name(std::string_view name) {
  return {.code = "InvalidAttributeName",
          .message = "Unknown Attribute " + std::string(name) + "."};
}

inline api_error invalid_attribute_value(std::string_view name) {
  return {.code = "InvalidAttributeValue",
          .message = "Invalid value for the parameter " + std::string(name) + "."};
}

inline api_error invalid_receipt(std::string_view handle) {
  return {.code = "ReceiptHandleIsInvalid",
          .message = "The input receipt handle \"" + std::string(handle) +
                     "\" is not a valid receipt handle."};
}

}  // namespace tidewire::local::sqs_errors
