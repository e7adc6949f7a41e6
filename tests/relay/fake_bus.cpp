#include "relay/fake_bus.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace tidewire::relay {
namespace {

std::string text_of(simdjson::dom::element json, const char* name) {
  std::string_view text;
  return json[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace

fake_bus::fake_bus(boost::asio::io_context& io)
    : io_(io), server_(io, {}, [this](http::request received, std::string) {
        return answer(std::move(received));
      }) {
  boost::asio::co_spawn(io, server_.run(), boost::asio::detached);
}

boost::asio::awaitable<http::answer> fake_bus::answer(http::request received) {
  ++requests;
  under_way_max = std::max(under_way_max, ++under_way);
  boost::asio::steady_timer timer(io_, latency);
  if (latency.count() > 0) co_await timer.async_wait(boost::asio::use_awaitable);
  while (holds) {
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  --under_way;
  http::answer reply;
  reply.message.headers.push_back({"Content-Type", "application/x-amz-json-1.1"});
  simdjson::dom::parser parser;
  simdjson::dom::array entries;
  if (parser.parse(received.body)["Entries"].get(entries) != simdjson::SUCCESS) {
    reply.message.status = 400;
    reply.message.body = R"({"__type":"SerializationException","message":"no entries"})";
    co_return reply;
  }
  largest_request = std::max(largest_request, entries.size());
  if (refuse_request)
    if (const auto refusal = refuse_request(entries.size())) {
      reply.message.status = refusal->status;
      reply.message.body =
          R"({"__type":")" + refusal->code + R"(","message":"so the test wants it"})";
      if (refusal->status == 0) reply.after = http::ending::reset;
      co_return reply;
    }
  std::string results;
  std::size_t failed = 0;
  for (const auto json : entries) {
    event e{text_of(json, "EventBusName"),
            text_of(json, "Source"),
            text_of(json, "DetailType"),
            text_of(json, "Detail")};
    const auto code = refuse_entry ? refuse_entry(e) : std::nullopt;
    results += results.empty() ? "" : ",";
    if (code) {
      ++failed;
      results += R"({"ErrorCode":")" + *code + R"(","ErrorMessage":"so the test wants it"})";
    } else {
      results += R"({"EventId":"e)" + std::to_string(taken.size()) + R"("})";
      taken.push_back(std::move(e));
    }
  }
  reply.message.body =
      R"({"FailedEntryCount":)" + std::to_string(failed) + R"(,"Entries":[)" + results + "]}";
  co_return reply;
}

}  // namespace tidewire::relay
