#pragma once

#include "local/call/service.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

/// One entry of PutEvents. The views live as long as the call's input.
struct put_entry_view {
  std::string_view source;
  std::string_view detail_type;
  std::string_view detail;
  std::string_view bus = "default";  // name or ARN
  std::vector<std::string_view> resources;
  std::optional<std::chrono::sys_seconds> time;
};

put_entry_view read_put_entry(const boost::json::object& given);

/// The size that counts towards the limit of a request: 14 for a time, and the UTF-8 bytes of the
/// rest.
std::size_t entry_size(const put_entry_view& entry) noexcept;

/// Whether it has what every event needs. If no entry of a request has, the whole request is
/// refused.
bool is_complete(const put_entry_view& entry) noexcept;

/// Why the entry alone is refused; nothing if it is fine.
std::optional<api_error> entry_problem(const put_entry_view& entry);

/// Why TestEventPattern does not take the event. Unlike AWS it asks for no members: a part of an
/// event may be tried as well.
std::optional<api_error> test_event_problem(std::string_view event);

/// `2026-11-22T06:52:56Z`
std::string rfc3339(std::chrono::sys_seconds time);

/// The event as targets see it: compact JSON in EventBridge's order of keys. The detail stands as
/// it was sent.
std::string render_event(const put_entry_view& entry,
                         std::string_view id,
                         const identity& who,
                         std::chrono::sys_seconds now);

}  // namespace tidewire::local
