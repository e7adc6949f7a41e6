#pragma once

#include "local/call/service.hpp"
#include "local/sqs/queue.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// What the attributes of a queue may be called and hold.
namespace tidewire::local {

using attribute_map = std::map<std::string, std::string, std::less<>>;

/// Checks names and values of settable attributes as CreateQueue and SetQueueAttributes do, and
/// puts them into `out`.
std::optional<api_error> read_attributes(const boost::json::object& given,
                                         bool fifo,
                                         attribute_map& out);

/// The settings that follow from attributes that were checked; what is not there has SQS's default.
sqs_settings settings_of(const attribute_map& attributes);

/// The value of a settable attribute that nobody has set, as GetQueueAttributes tells it; empty: it
/// is left out.
std::string default_attribute(std::string_view name);

/// Whether GetQueueAttributes knows the name, `All` included.
bool is_attribute_name(std::string_view name);

}  // namespace tidewire::local
