#include "aws/error_answer.hpp"

#include "aws/document.hpp"
#include "aws/retry_table.hpp"

#include <boost/throw_exception.hpp>

#include <charconv>
#include <ctime>
#include <stdexcept>

namespace tidewire::aws {

namespace {

struct reason {
  std::string code;
  std::string message;
};

reason from_document(const document& body) {
  const auto root = body.root();
  reason r;
  for (const auto* name : {"__type", "code", "Code"})
    if (r.code.empty()) r.code = root[name].text();
  for (const auto* name : {"message", "Message", "errorMessage"})
    if (r.message.empty()) r.message = root[name].text();
  return r;
}

/// The text of the first element of that name; the errors of the Query protocol are plain enough
/// for this.
std::string xml_text(std::string_view body, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const auto begin = body.find(open);
  if (begin == std::string_view::npos) return {};
  const auto end = body.find("</", begin);
  if (end == std::string_view::npos) return {};
  return std::string(body.substr(begin + open.size(), end - begin - open.size()));
}

bool is_cbor(const http::response& answer) {
  return http::find_header(answer.headers, "content-type").find("cbor") != std::string_view::npos;
}

reason read_body(const http::response& answer) {
  const std::string_view body = answer.body;
  document d;
  if (is_cbor(answer)) return d.parse_cbor(body) ? from_document(d) : reason{};
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (begin != std::string_view::npos && body[begin] == '<')
    return {xml_text(body, "Code"), xml_text(body, "Message")};
  return d.parse_json(body) ? from_document(d) : reason{};
}

std::chrono::milliseconds read_retry_after(const http::response& answer) {
  const auto number = [&](const char* name) {
    const std::string_view text = http::find_header(answer.headers, name);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::int64_t day_ms = 86'400'000;
    return error == std::errc{} && end == text.data() + text.size() && value > 0 && value <= day_ms
               ? value
               : 0;
  };
  if (const auto ms = number("x-amz-retry-after"); ms > 0) return std::chrono::milliseconds(ms);
  return std::chrono::seconds(number("retry-after"));
}

}  // namespace

std::string_view bare_code(std::string_view code) noexcept {
  code = code.substr(0, code.find(':'));
  const auto hash = code.rfind('#');
  return hash == std::string_view::npos ? code : code.substr(hash + 1);
}

failure read_failure(const http::response& answer) {
  reason r = read_body(answer);
  if (const auto named = http::find_header(answer.headers, "x-amzn-errortype"); !named.empty())
    r.code = named;
  if (r.code.empty()) {
    const auto legacy = http::find_header(answer.headers, "x-amzn-query-error");
    r.code = legacy.substr(0, legacy.find(';'));
  }
  failure f;
  f.status = answer.status;
  f.code = bare_code(r.code);
  f.message = std::move(r.message);
  f.what = remedy_of(f.status, f.code, f.message);
  f.in_cbor = is_cbor(answer);
  f.retry_after = read_retry_after(answer);
  return f;
}

failure entry_failure(std::string_view code, std::string_view message) {
  failure f;
  f.code = bare_code(code);
  f.message = message;
  f.what = remedy_of(0, f.code, f.message);
  return f;
}

failure transport_failure(const error_code& error, std::string to) {
  failure f;
  f.transport = error;
  f.message = std::move(to);
  f.what = remedy::retry;
  return f;
}

failure malformed_answer() {
  failure f;
  f.status = 200;
  f.code = "MalformedAnswer";
  f.message = "the answer is not what the service's description says";
  f.what = remedy::retry;
  return f;
}

std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text) {
  std::tm parts{};
  const std::string copy(text);
  const char* const end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::string describe(const failure& f) {
  if (f.transport)
    return f.message.empty() ? f.transport.message() : f.message + ": " + f.transport.message();
  std::string text = f.code;
  if (text.empty()) text = "HTTP status " + std::to_string(f.status);
  if (!f.message.empty()) text += ": " + f.message;
  return text;
}

void throw_exception_from_error(const failure& f, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(describe(f)), where);
}

}  // namespace tidewire::aws
