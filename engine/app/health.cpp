#include "app/health.hpp"

#include "base/byte_buffer.hpp"
#include "base/json_text.hpp"
#include "base/startup_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tidewire::app {
namespace {

constexpr std::string_view word_of(bool up) {
  return up ? "UP" : "DOWN";
}

void append_check(byte_buffer& out, const health_check& check) {
  out.append("        {\n            \"name\": ");
  append_json_string(out, check.name);
  out.append(",\n            \"status\": \"");
  out.append(word_of(check.up));
  out.append("\"");
  if (!check.data.empty()) {
    out.append(",\n            \"data\": {");
    for (std::size_t i = 0; i < check.data.size(); ++i) {
      out.append(i == 0 ? "\n                " : ",\n                ");
      append_json_string(out, check.data[i].first);
      out.append(": ");
      append_json_string(out, check.data[i].second);
    }
    out.append("\n            }");
  }
  out.append("\n        }");
}

http::response plain(unsigned status, std::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::string(text)};
}

/// The page is indented by four as SmallRye's is; scripts look for `"status": "UP"`.
http::response health_page(const std::vector<health_check>& checks) {
  const bool up =
      std::all_of(checks.begin(), checks.end(), [](const health_check& check) { return check.up; });
  byte_buffer out;
  out.append("{\n    \"status\": \"");
  out.append(word_of(up));
  out.append("\",\n    \"checks\": [\n");
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (i > 0) out.append(",\n");
    append_check(out, checks[i]);
  }
  out.append(checks.empty() ? "    ]\n}" : "\n    ]\n}");
  return {.status = up ? 200U : 503U,
          .headers = {{"Content-Type", "application/json; charset=UTF-8"}},
          .body = std::string(out.view())};
}

health_check liveness(const health_source& source) {
  return {.name = "debezium", .up = source.live()};
}

std::string_view path_of(std::string_view target) {
  auto path = target.substr(0, target.find('?'));
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

http::response answer_page(const http::request& asked,
                           const health_source& source,
                           const telemetry::registry& figures) {
  const auto path = path_of(asked.target);
  const bool metrics = path == "/metrics" || path == "/q/metrics";
  const bool live = path == "/q/health/live";
  const bool ready = path == "/q/health/ready";
  const bool both = path == "/q/health";
  if (!metrics && !live && !ready && !both)
    return plain(404, "the pages are /q/health, /q/health/live, /q/health/ready and /metrics\n");
  if (asked.method != "GET") {
    auto refusal = plain(405, "only GET\n");
    refusal.headers.push_back({"Allow", "GET"});
    return refusal;
  }
  if (metrics)
    return {.status = 200,
            .headers = {{"Content-Type", std::string(telemetry::registry::content_type)}},
            .body = figures.prometheus_text()};
  std::vector<health_check> checks;
  if (!ready) checks.push_back(liveness(source));
  if (!live)
    for (auto& check : source.readiness()) checks.push_back(std::move(check));
  return health_page(checks);
}

std::unique_ptr<http::server> make_health_server(asio::io_context& io,
                                                 const config::settings& properties,
                                                 std::string_view port_property,
                                                 const health_source& source,
                                                 const telemetry::registry& figures) {
  http::server::options how;
  how.address = properties.text("quarkus.http.host");
  how.port = static_cast<std::uint16_t>(properties.integer(port_property));
  // Pages are asked for by GET, by a few who watch: whoever sends more, or dawdles, is cut off.
  how.body_bytes_max = 4096;
  how.idle_max = std::chrono::seconds(10);
  how.request_max = std::chrono::seconds(10);
  how.connections_max = 64;
  auto answer_to = [&source, &figures](http::request asked,
                                       std::string) -> asio::awaitable<http::answer> {
    http::answer page{answer_page(asked, source, figures), http::ending::keep_alive};
    co_return page;
  };
  try {
    return std::make_unique<http::server>(io, std::move(how), std::move(answer_to));
  } catch (const startup_error& error) {
    throw startup_error(fmt::format(
        "{}: is another one running? {} may name another port", error.what(), port_property));
  }
}

}  // namespace tidewire::app
