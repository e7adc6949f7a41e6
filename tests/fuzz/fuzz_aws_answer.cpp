#include "aws/document.hpp"
#include "aws/error_answer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Any bytes as a service's refusal, in each content type and as the headers that are looked at:
/// the failure's code has no namespace, and what it says can be printed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const auto* type :
       {"application/x-amz-json-1.1", "application/x-amz-cbor-1.1", "text/xml"}) {
    http::response answer;
    answer.status = 400;
    answer.headers = {{"Content-Type", type}};
    answer.body = bytes;
    const auto f = aws::read_failure(answer);
    if (f.code.find('#') != std::string::npos || f.code.find(':') != std::string::npos)
      __builtin_trap();
    if (aws::describe(f).empty()) __builtin_trap();
  }
  http::response answer;
  answer.status = 500;
  answer.headers = {
      {"x-amzn-ErrorType", bytes}, {"x-amzn-query-error", bytes}, {"Retry-After", bytes}};
  const auto f = aws::read_failure(answer);
  if (f.what == aws::remedy::none && f.code.empty()) __builtin_trap();
  if (f.retry_after.count() < 0) __builtin_trap();
  static_cast<void>(aws::parse_http_date(bytes));
  aws::document d;
  if (d.parse_json(bytes))
    for (auto v = d.root().first(); v.present(); v = v.next())
      static_cast<void>(v.blob().size() + static_cast<std::size_t>(v.time_ms()));
  return 0;
}
