#include "http/message_parser.hpp"

#include "http/ascii.hpp"
#include "http/errc.hpp"
#include "http/unfilled_text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/optional.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace tidewire::http {

namespace {

namespace beast_http = boost::beast::http;

constexpr std::uint32_t head_bytes_max = 64U * 1024U;
/// Of what is missing of a body, to be received in its place.
constexpr std::uint64_t room_bytes_min = 16U * 1024U;

template <class Fields>
std::vector<header> copy_headers(const Fields& fields) {
  std::vector<header> headers;
  headers.reserve(8);
  for (const auto& field : fields)
    headers.push_back({std::string(field.name_string()), std::string(field.value())});
  return headers;
}

/// A body as text. Beast's own clears the memory for each piece before the piece is copied there.
struct text_body {
  using value_type = std::string;

  class reader {
   public:
    template <bool IsRequest, class Fields>
    reader(beast_http::header<IsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, error_code& error) {
      error = {};
      if (length) body_.reserve(static_cast<std::size_t>(*length));  // the parser has its limit
    }
    template <class Buffers>
    std::size_t put(const Buffers& pieces, error_code& error) {
      error = {};
      const std::size_t before = body_.size();
      for (const boost::asio::const_buffer piece : boost::beast::buffers_range_ref(pieces))
        body_.append(static_cast<const char*>(piece.data()), piece.size());
      return body_.size() - before;
    }
    void finish(error_code& error) { error = {}; }

   private:
    value_type& body_;
  };
};

/// Feeds Beast's parser until it is done or wants more. `failed` maps Beast's reason to ours.
template <class Parser, class Failed>
result<std::size_t> feed(Parser& parser, std::string_view bytes, Failed failed) {
  std::size_t used = 0;
  while (!parser.is_done() && used < bytes.size()) {
    error_code error;
    const std::size_t taken =
        parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    used += taken;
    if (error == beast_http::error::need_more) break;
    if (error) return failed(error);
    if (taken == 0) break;
  }
  return used;
}

}  // namespace

struct request_parser::parser {
  beast_http::request_parser<text_body> beast;
  bool started = false;
  bool past_beast = false;  // the rest of the body goes to its place
  std::size_t missing = 0;  // of it, then
};

request_parser::request_parser(std::size_t body_bytes_max) : parser_(std::make_unique<parser>()) {
  parser_->beast.eager(true);
  parser_->beast.header_limit(head_bytes_max);
  parser_->beast.body_limit(body_bytes_max);
}
request_parser::~request_parser() = default;
request_parser::request_parser(request_parser&&) noexcept = default;
request_parser& request_parser::operator=(request_parser&&) noexcept = default;

result<std::size_t> request_parser::put(std::string_view bytes) {
  parser_->started = parser_->started || !bytes.empty();
  return feed(parser_->beast, bytes, [](const error_code& error) -> error_code {
    if (error == beast_http::error::body_limit) return errc::body_too_large;
    if (error == beast_http::error::header_limit) return errc::head_too_large;
    return errc::malformed_request;
  });
}

std::span<char> request_parser::body_room() {
  parser& p = *parser_;
  if (!p.beast.is_header_done() || p.beast.is_done()) return {};
  std::string& body = p.beast.get().body();
  if (!p.past_beast) {
    const auto missing = p.beast.content_length_remaining();
    if (!missing || *missing < room_bytes_min) return {};
    p.past_beast = true;
    p.missing = static_cast<std::size_t>(*missing);
    lengthen_unfilled(body, body.size() + p.missing);
  }
  return std::span(body).last(p.missing);
}

void request_parser::fill(std::size_t size) noexcept {
  assert(parser_->past_beast && size <= parser_->missing);
  parser_->missing -= size;
}

bool request_parser::started() const noexcept {
  return parser_->started;
}
bool request_parser::head_done() const noexcept {
  return parser_->beast.is_header_done();
}
bool request_parser::done() const noexcept {
  return parser_->past_beast ? parser_->missing == 0 : parser_->beast.is_done();
}
bool request_parser::keep_alive() const {
  return parser_->beast.get().keep_alive();
}
bool request_parser::http_1_0() const {
  return parser_->beast.get().version() < 11;
}

bool request_parser::expects_continue() const {
  const auto expected = parser_->beast.get()[beast_http::field::expect];
  return equal_in_any_case({expected.data(), expected.size()}, "100-continue");
}

request request_parser::take() {
  auto& message = parser_->beast.get();
  return {std::string(message.method_string()),
          std::string(message.target()),
          copy_headers(message),
          std::move(message.body())};
}

struct response_parser::parser {
  std::optional<beast_http::response_parser<text_body>> beast;
  std::size_t body_bytes_max;
  bool to_head;

  void start() {
    beast.emplace();
    beast->eager(true);
    beast->header_limit(head_bytes_max);
    beast->body_limit(body_bytes_max);
    if (to_head) beast->skip(true);
  }
  bool interim() const { return beast->is_done() && beast->get().result_int() < 200; }
};

response_parser::response_parser(std::size_t body_bytes_max, bool to_head)
    : parser_(std::make_unique<parser>()) {
  parser_->body_bytes_max = body_bytes_max;
  parser_->to_head = to_head;
  parser_->start();
}
response_parser::~response_parser() = default;
response_parser::response_parser(response_parser&&) noexcept = default;
response_parser& response_parser::operator=(response_parser&&) noexcept = default;

result<std::size_t> response_parser::put(std::string_view bytes) {
  const auto failed = [](const error_code& error) -> error_code {
    if (error == beast_http::error::body_limit) return errc::response_too_large;
    if (error == beast_http::error::header_limit) return errc::head_too_large;
    return errc::malformed_response;
  };
  std::size_t used = 0;
  for (;;) {
    const auto taken = feed(*parser_->beast, bytes.substr(used), failed);
    if (!taken) return taken.error();
    used += *taken;
    if (!parser_->interim()) return used;
    parser_->start();
  }
}

error_code response_parser::put_end() {
  if (done()) return {};
  error_code error;
  if (parser_->beast->got_some()) parser_->beast->put_eof(error);
  if (error || !parser_->beast->is_done()) return errc::connection_closed;
  return {};
}

bool response_parser::done() const noexcept {
  return parser_->beast->is_done();
}
bool response_parser::keep_alive() const {
  return parser_->beast->keep_alive();
}

response response_parser::take() {
  auto& message = parser_->beast->get();
  return {message.result_int(), copy_headers(message), std::move(message.body())};
}

}  // namespace tidewire::http
