#include "app/verify_arrivals.hpp"

#include "aws/failure.hpp"
#include "aws/kpl.hpp"
#include "base/compression.hpp"
#include "base/startup_error.hpp"
#include "ledger/arrival.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

constexpr int outside_failed = 1;
constexpr std::int64_t page_records_max = 10'000;

template <class Answer>
Answer value_of(aws::outcome<Answer> answer, const std::string& where) {
  if (!answer) throw startup_error(where + ": " + describe(answer.error()), outside_failed);
  return std::move(*answer);
}

class recording {
 public:
  explicit recording(ledger::book& to) : to_(&to) {}

  void take(std::string_view record) {
    const auto read = events_.read(record);
    if (!read) {
      ++tally_.others;
    } else if (!*read) {
      ++tally_.tombstones;
    } else {
      ++tally_.events;
      to_->arrived(**read);
    }
  }
  /// A Kinesis record: perhaps compressed, and perhaps many in one.
  void take(const aws::stream_record& record) {
    const auto data = packed_.unpack(record.data);
    if (!data) {
      ++tally_.others;
      return;
    }
    for (const auto& one : aws::deaggregate(record.partition_key, *data)) take(one.data);
  }
  place_tally tally() const noexcept { return tally_; }

 private:
  ledger::book* to_;
  ledger::arrival_reader events_;
  unpacker packed_;
  place_tally tally_;
};

/// Parents first; a parent that has expired is not in the list and counts as read.
std::vector<aws::shard> in_order_of_descent(std::vector<aws::shard> all) {
  std::set<std::string, std::less<>> waiting;
  for (const auto& one : all) waiting.insert(one.id);
  std::vector<aws::shard> ordered;
  while (!all.empty()) {
    const auto free = std::ranges::find_if(all, [&](const aws::shard& one) {
      return !waiting.contains(one.parent_id) && !waiting.contains(one.adjacent_parent_id);
    });
    if (free == all.end()) break;  // no service answers with a circle
    waiting.erase(free->id);
    ordered.push_back(std::move(*free));
    all.erase(free);
  }
  return ordered;
}

}  // namespace

asio::awaitable<place_tally> read_stream_arrivals(const aws_clients& clients,
                                                  std::string stream,
                                                  ledger::book& to) {
  auto kinesis = clients.kinesis();
  const std::string where = "stream " + stream;
  recording records(to);
  auto shards = value_of(co_await kinesis.list_shards(stream), where);
  for (const auto& shard : in_order_of_descent(std::move(shards))) {
    aws::iterator_request from{.stream = stream, .shard_id = shard.id};
    auto iterator = value_of(co_await kinesis.get_shard_iterator(std::move(from)), where);
    while (!iterator.empty()) {
      const auto page =
          value_of(co_await kinesis.get_records(std::move(iterator), page_records_max), where);
      for (const auto& record : page.records) records.take(record);
      iterator = page.next_iterator;
      if (page.records.empty() && page.behind_latest_ms == 0) break;
    }
  }
  co_return records.tally();
}

asio::awaitable<place_tally> drain_queue_arrivals(const aws_clients& clients,
                                                  std::string queue,
                                                  ledger::book& to) {
  auto sqs = clients.sqs();
  const std::string where = "queue " + queue;
  if (queue.find("://") == std::string::npos)
    queue = value_of(co_await sqs.get_queue_url(queue), where);
  recording records(to);
  for (;;) {
    aws::receive_request what{.queue_url = queue, .wait = std::chrono::seconds(2)};
    const auto messages = value_of(co_await sqs.receive_message(std::move(what)), where);
    if (messages.empty()) co_return records.tally();
    std::vector<std::string> handles;
    for (const auto& message : messages) {
      records.take(message.body);
      handles.push_back(message.receipt_handle);
    }
    value_of(co_await sqs.delete_message_batch(queue, std::move(handles)), where);
  }
}

place_tally read_file_arrivals(const std::string& path, ledger::book& to) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw startup_error("the file " + path + " cannot be read", outside_failed);
  recording records(to);
  for (std::string line; std::getline(file, line);) records.take(line);
  return records.tally();
}

}  // namespace tidewire::app
