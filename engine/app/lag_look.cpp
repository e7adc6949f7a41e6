#include "app/lag_look.hpp"

#include "app/engine_options.hpp"
#include "aws/failure.hpp"
#include "base/clock.hpp"
#include "base/startup_error.hpp"
#include "postgres/connection.hpp"
#include "postgres/slot.hpp"
#include "relay/checkpoint.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tidewire::app {
namespace {

constexpr std::chrono::seconds page_patience{5};

class lag_look {
 public:
  lag_look(const config::settings& properties, const aws_clients& clients, http::origin pages)
      : properties_(properties), clients_(clients), pages_(std::move(pages)) {}

  asio::awaitable<road_state> run() {
    if (properties_.is_set("debezium.sink.type")) {
      found_.slot_name = properties_.text("debezium.source.slot.name");
      found_.engine_place = (pages_.tls ? "https://" : "http://") + pages_.authority();
      co_await look_at_engine();
      co_await look_at_slot();
    }
    for (const auto& stream : properties_.list("tidewire.relay.streams"))
      co_await look_at_stream(stream);
    if (properties_.is_set("tidewire.consumer.queue-url"))
      co_await look_at_queue(properties_.text("tidewire.consumer.queue-url"));
    co_return std::move(found_);
  }

 private:
  asio::awaitable<void> look_at_slot() {
    auto opening = postgres::connection::open(connection_options_of(properties_),
                                              postgres::connection_mode::query);
    auto opened = co_await std::move(opening);
    if (!opened) {
      found_.database_trouble = describe(opened.error());
      co_return;
    }
    auto sample = co_await postgres::sample_slot(**opened, found_.slot_name);
    if (!sample)
      found_.database_trouble = describe(sample.error());
    else
      found_.slot = std::move(*sample);
  }

  asio::awaitable<result<http::response>> get(http::pool& from, std::string path) {
    const http::request asked{
        .method = "GET", .target = std::move(path), .headers = {}, .body = {}};
    co_return co_await from.send(asked, page_patience);
  }

  asio::awaitable<void> look_at_engine() {
    http::pool::options how;
    how.response_bytes_max = 1024U * 1024U;
    http::pool pool(co_await asio::this_coro::executor, pages_, std::move(how));
    const auto metrics = co_await get(pool, "/metrics");
    if (!metrics) {
      found_.engine_trouble = metrics.error().message();
      co_return;
    }
    const auto readiness = co_await get(pool, "/q/health/ready");
    if (readiness) found_.engine = read_engine_pages(metrics->body, readiness->body);
    if (!found_.engine) found_.engine_trouble = "what answers there is no engine";
  }

  asio::awaitable<void> look_at_stream(std::string stream) {
    auto kinesis = clients_.kinesis();
    auto shards = co_await kinesis.list_shards(stream);
    const std::string name = "stream " + stream;
    if (!shards) {
      found_.shards.push_back({.name = name, .behind_ms = {}, .trouble = describe(shards.error())});
      co_return;
    }
    const auto kept = checkpoints_of(stream);
    if (!kept) {
      found_.shards.push_back({.name = name, .behind_ms = {}, .trouble = kept.error().message});
      co_return;
    }
    for (const auto& shard : *shards) {
      const auto mine = std::ranges::find(*kept, shard.id, &relay::checkpoint::shard);
      if (mine != kept->end() && mine->ended) continue;
      shard_lag lag{.name = fmt::format("{} shard {}", name, shard.id), .behind_ms = {}};
      auto where = place_behind(stream, shard.id, mine == kept->end() ? nullptr : &*mine);
      co_await look_at_shard(kinesis, std::move(where), lag);
      found_.shards.push_back(std::move(lag));
    }
  }

  /// None where no relay has made the folder yet.
  relay::checkpoint_result<std::vector<relay::checkpoint>> checkpoints_of(
      const std::string& stream) const {
    const std::string folder = properties_.text("tidewire.relay.checkpoint.dir");
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored)) return std::vector<relay::checkpoint>();
    return relay::checkpoint_folder(folder).load(stream);
  }

  /// Where the relay goes on. Without a checkpoint that is the shard's beginning, also where
  /// tidewire.relay.start will say otherwise: what no relay has begun with is told as old as it is.
  static aws::iterator_request place_behind(std::string stream,
                                            std::string shard,
                                            const relay::checkpoint* mine) {
    aws::iterator_request where;
    where.stream = std::move(stream);
    where.shard_id = std::move(shard);
    if (mine != nullptr && mine->done) {
      where.type = aws::iterator_type::after_sequence_number;
      where.sequence_number = mine->done->sequence_number;
    } else if (mine != nullptr && mine->from_ms) {
      where.type = aws::iterator_type::at_timestamp;
      where.timestamp =
          std::chrono::system_clock::time_point(std::chrono::milliseconds(*mine->from_ms));
    }
    return where;
  }

  /// The age of the first record that waits; where there is none, what Kinesis says.
  asio::awaitable<void> look_at_shard(aws::kinesis_client& kinesis,
                                      aws::iterator_request where,
                                      shard_lag& into) {
    auto iterator = co_await kinesis.get_shard_iterator(std::move(where));
    if (!iterator) {
      into.trouble = describe(iterator.error());
      co_return;
    }
    const auto page = co_await kinesis.get_records(std::move(*iterator), 1);
    if (!page) {
      into.trouble = describe(page.error());
      co_return;
    }
    const auto now_ms = unix_ms(std::chrono::system_clock::now());
    into.behind_ms = page->records.empty()
                         ? page->behind_latest_ms
                         : std::max<std::int64_t>(0, now_ms - page->records.front().arrival_ms);
  }

  asio::awaitable<void> look_at_queue(std::string name) {
    auto sqs = clients_.sqs();
    queue_lag lag{.name = name};
    if (name.find("://") == std::string::npos) {
      auto url = co_await sqs.get_queue_url(name);
      if (!url) {
        lag.trouble = describe(url.error());
        found_.queues.push_back(std::move(lag));
        co_return;
      }
      name = std::move(*url);
    }
    const auto attributes = co_await sqs.get_queue_attributes(name);
    const auto count = [&](const std::string& attribute) -> std::uint64_t {
      const auto at = attributes->find(attribute);
      return at == attributes->end() ? 0 : std::strtoull(at->second.c_str(), nullptr, 10);
    };
    if (!attributes) {
      lag.trouble = describe(attributes.error());
    } else {
      lag.waiting = count("ApproximateNumberOfMessages");
      lag.in_work = count("ApproximateNumberOfMessagesNotVisible");
    }
    found_.queues.push_back(std::move(lag));
  }

  const config::settings& properties_;
  const aws_clients& clients_;
  http::origin pages_;
  road_state found_;
};

}  // namespace

http::origin engine_pages_at(const config::settings& properties, const std::string& page) {
  if (!page.empty()) {
    const auto to = http::parse_origin(page);
    if (!to) throw startup_error("--page " + page + ": " + to.error().message());
    return *to;
  }
  std::string host = properties.text("quarkus.http.host");
  if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";  // listening everywhere, so here too
  return {.tls = false,
          .host = std::move(host),
          .port = static_cast<std::uint16_t>(properties.integer("quarkus.http.port"))};
}

asio::awaitable<road_state> look_at_lag(const config::settings& properties,
                                        const aws_clients& clients,
                                        http::origin pages) {
  lag_look look(properties, clients, std::move(pages));
  auto looking = look.run();
  co_return co_await std::move(looking);
}

}  // namespace tidewire::app
