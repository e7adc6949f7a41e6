#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::http {

struct header {
  std::string name;
  std::string value;
};

/// The value of the first header of that name, in any case; nothing found is the empty text.
std::string_view find_header(const std::vector<header>& headers, std::string_view name) noexcept;

/// A request, by the client to send or by the server received. Host and Content-Length are put in
/// by the client.
struct request {
  std::string method = "POST";
  std::string target = "/";  // path and query, as on the request line
  std::vector<header> headers;
  std::string body;
};

struct response {
  unsigned status = 200;
  std::vector<header> headers;
  std::string body;
};

}  // namespace tidewire::http
