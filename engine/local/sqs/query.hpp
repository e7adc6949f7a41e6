#pragma once

#include "http/message.hpp"
#include "local/call/service.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

/// SQS's older Query protocol: a form goes in
/// (`Action=SendMessage&MessageBody=…&MessageAttribute.1.Name=…`), XML comes out. It carries the
/// same members as the JSON protocol under other names; here they are translated, nothing else.
namespace tidewire::local {

/// The Action of a form in the body, or of a GET's query; empty if there is none.
std::string query_action(const http::request& message);

/// The form's members under the JSON protocol's names. The path of a queue's URL stands in for a
/// missing QueueUrl.
/// \param form the body, or the query of a GET.
boost::json::object query_input(std::string_view form,
                                std::string_view base_url,
                                std::string_view path);

/// The text that query_action and query_input read from this request.
std::string_view form_of(const http::request& message) noexcept;

std::string query_answer(const std::string& operation,
                         const boost::json::object& members,
                         const std::string& request_id);
std::string query_error(const api_error& error, const std::string& request_id);

}  // namespace tidewire::local
