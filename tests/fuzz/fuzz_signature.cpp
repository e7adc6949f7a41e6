#include "local/front/signature.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Any bytes as target, Authorization and date of a request: nothing that was not signed is
/// accepted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto first = bytes.find('\n');
  const auto second = first == std::string_view::npos ? first : bytes.find('\n', first + 1);
  if (second == std::string_view::npos) return 0;
  http::request message;
  message.target = bytes.substr(0, first);
  const std::string authorization(bytes.substr(first + 1, second - first - 1));
  message.headers = {{"Host", "localhost"},
                     {"Authorization", "AWS4-HMAC-SHA256 " + authorization},
                     {"X-Amz-Date", std::string(bytes.substr(second + 1))}};
  local::signature_verifier verifier("a secret that no input can know");
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  if (!verifier.verify(message, local::sha256(message.body), "kinesis", now)) __builtin_trap();
  message.headers[2].value = "20270115T080000Z";
  if (!verifier.verify(message, local::sha256(message.body), "", now)) __builtin_trap();
  static_cast<void>(local::parse_authorization(bytes));
  static_cast<void>(local::canonical_request(message, authorization, local::sha256(message.body)));
  return 0;
}
