#pragma once

#include "config/settings.hpp"
#include "http/server.hpp"
#include "telemetry/registry.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::app {

/// One line of a health page.
struct health_check {
  std::string name;
  bool up = false;
  std::vector<std::pair<std::string, std::string>> data{};  // such as the reason; never a secret
};

/// Who knows how the program is. Asked in the thread of the pages' io_context, at each request.
class health_source {
 public:
  virtual ~health_source() = default;
  /// False only where a restart of the process would help.
  virtual bool live() const = 0;
  /// Whether the roads to the database and to the sink are open.
  virtual std::vector<health_check> readiness() const = 0;
};

/// The pages: `/q/health`, `/q/health/live` and `/q/health/ready` in the form of Quarkus (SmallRye
/// Health; 503 when DOWN), and
/// `/metrics` in that of Prometheus. Pure.
http::response answer_page(const http::request& asked,
                           const health_source& source,
                           const telemetry::registry& figures);

/// Serves the pages on `quarkus.http.host` and the port that `port_property` names. The caller runs
/// it: `co_spawn(io, server->run(), …)`, and stops it. `source` and `figures` outlive the server.
/// \throws startup_error where the address is taken; it names the property.
std::unique_ptr<http::server> make_health_server(asio::io_context& io,
                                                 const config::settings& properties,
                                                 std::string_view port_property,
                                                 const health_source& source,
                                                 const telemetry::registry& figures);

}  // namespace tidewire::app
