#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace tidewire::aws {

/// The request of one operation of a service that speaks by X-Amz-Target.
inline http::request make_operation(std::string_view service,
                                    std::string_view operation,
                                    std::string_view content_type,
                                    std::string body) {
  http::request r;
  r.headers.reserve(9);  // these, and what sending and signing add
  r.headers.push_back({"Content-Type", std::string(content_type)});
  r.headers.push_back({"X-Amz-Target", std::string(service).append(".").append(operation)});
  r.headers.push_back({"User-Agent", "tidewire"});
  r.body = std::move(body);
  return r;
}

}  // namespace tidewire::aws
