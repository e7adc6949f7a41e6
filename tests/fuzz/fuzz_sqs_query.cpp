#include "local/sqs/query.hpp"
#include "local/sqs/service.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Any bytes as a form of SQS's Query protocol, played against a queue: it is answered or refused,
/// and the answer is one XML element.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire;
  http::request message;
  message.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  message.body.assign(reinterpret_cast<const char*>(data), size);
  local::sqs_service service({.who = {}});
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  service.handle({.operation = "CreateQueue",
                  .input = {{"QueueName", "q"}},
                  .now = now,
                  .base_url = "http://h"});
  const std::string action = local::query_action(message);
  const auto done = service.handle(
      {.operation = action,
       .input = local::query_input(local::form_of(message), "http://h", "/000000000000/q"),
       .now = now,
       .base_url = "http://h"});
  const std::string xml = done.has_error() ? local::query_error(done.error(), "id")
                                           : local::query_answer(action, *done, "id");
  if (!xml.starts_with("<?xml") || !xml.ends_with("Response>")) __builtin_trap();
  service.tick(now + std::chrono::hours(24 * 30));
  return 0;
}
