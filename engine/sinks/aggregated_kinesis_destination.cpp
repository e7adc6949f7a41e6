#include "sinks/aggregated_kinesis_destination.hpp"

#include "sinks/kinesis_refusal.hpp"
#include "sinks/legal_key.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tidewire::sinks {
namespace {

/// What a request holds fits one Kinesis record, so no shard has two aggregates in it: the records
/// of a key arrive together or not at all.
constexpr std::size_t request_bytes_max =
    kinesis_record_bytes_usual_max - aws::kpl_writer::frame_bytes;
constexpr std::size_t records_max = 10'000;
/// Of the memory of aggregates that are not under way.
constexpr std::size_t idle_bytes_max = 8U * 1024U * 1024U;
/// Of the hash that takes the place of a key which is empty or too long.
constexpr std::size_t hashed_key_size = 64;

/// As Kinesis counts them.
std::uint64_t bytes_of(const aws::put_record& record) noexcept {
  return record.partition_key.size() + record.data.size();
}

aws::failure no_digest() {
  return {.code = "NoMd5",
          .message =
              "the system's OpenSSL refuses MD5, which aggregation cannot do without; set "
              "tidewire.sink.kinesis.aggregation=off"};
}

}  // namespace

aggregated_kinesis_destination::aggregated_kinesis_destination(aws::kinesis_client client,
                                                               kinesis_destination::options how)
    : client_(std::move(client)),
      how_(std::move(how)),
      compressor_(how_.aggregates),
      limits_{.records_max = records_max,
              .bytes_max = request_bytes_max,
              .record_overhead_bytes = aws::kpl_writer::added_bytes_max({}) +
                                       std::max(how_.null_key.size(), hashed_key_size),
              .shared_bytes_max = request_bytes_max,
              .keys_together = true} {}

asio::awaitable<void> aggregated_kinesis_destination::send(const pipeline::lanes::request& what,
                                                           report& out) {
  if (refuse_hopeless(what, out)) co_return;
  const auto map = co_await shards_of(what.destination->name);
  if (!map) {
    out.all(verdict_of(map.error()).what, what.records.size(), map.error());
    co_return;
  }
  auto mine = idle_aggregator();
  if (const auto done = put_together(what, **map, *mine); !done) {
    out.all(fate::again, what.records.size(), done.error());
  } else {
    out.verdicts.assign(what.records.size(), verdict{.what = fate::durable});
    out.durable_bytes = 0;
    std::span<aggregator::group> left = mine->groups();
    while (!left.empty()) {
      const auto now = left.first(std::min(left.size(), how_.records_max));
      left = left.subspan(now.size());
      co_await put(what, **map, now, out);
    }
  }
  keep(std::move(mine));
}

std::unique_ptr<aggregator> aggregated_kinesis_destination::idle_aggregator() {
  if (idle_.empty()) return std::make_unique<aggregator>(kinesis_record_bytes_usual_max);
  auto last = std::move(idle_.back());
  idle_.pop_back();
  idle_bytes_ -= last->memory_bytes();
  return last;
}

/// For its memory: of one more shard it grows by up to a megabyte with each request that meets it.
void aggregated_kinesis_destination::keep(std::unique_ptr<aggregator> done) {
  const std::size_t bytes = done->memory_bytes();
  if (idle_bytes_ + bytes > idle_bytes_max) return;
  idle_bytes_ += bytes;
  idle_.push_back(std::move(done));
}

aws::call<aggregated_kinesis_destination::shards> aggregated_kinesis_destination::shards_of(
    std::string stream) {
  if (const auto found = known_.find(stream); found != known_.end()) co_return found->second;
  const auto listed = co_await client_.list_shards(stream);
  if (!listed) co_return listed.error();
  auto made = std::make_shared<const shard_map>(*listed);
  if (made->empty())
    co_return aws::failure{.message = "the stream has no open shard", .what = aws::remedy::retry};
  known_[stream] = made;
  co_return shards(std::move(made));
}

aws::outcome<aws::nothing> aggregated_kinesis_destination::put_together(
    const pipeline::lanes::request& what, const shard_map& map, aggregator& into) const {
  std::string scratch;
  into.begin(map.size());
  for (const pipeline::record_state* r : what.records) {
    const std::string_view own = r->record().has_key ? r->key() : std::string_view(how_.null_key);
    const std::string_view key = legal_partition_key(own, scratch);
    const auto place = hash_key_of(key);
    if (!place) return no_digest();
    into.add(map.find(*place), key, r->value());
  }
  assert(into.groups().size() <= map.size() && "two aggregates of a shard could part a key");
  return aws::nothing{};
}

/// `data` itself, or in the group's memory, since requests overlap.
std::string_view aggregated_kinesis_destination::compressed(aggregator::group& group,
                                                            std::string_view data) {
  const std::string_view packed = compressor_.pack(data);
  if (packed.data() == data.data()) return data;
  group.packed = packed;
  return group.packed;
}

/// One PutRecords of some of the groups.
asio::awaitable<void> aggregated_kinesis_destination::put(const pipeline::lanes::request& what,
                                                          const shard_map& map,
                                                          std::span<aggregator::group> groups,
                                                          report& out) {
  std::vector<aws::put_record> records;
  records.reserve(groups.size());
  for (auto& group : groups) {
    const shard_map::entry& shard = map[group.shard];
    if (group.members.size() == 1)
      records.push_back({.partition_key = group.first_key,
                         .explicit_hash_key = {},
                         .data = compressed(group, group.first_data),
                         .expected_shard = {}});
    else
      records.push_back({.partition_key = "a",  // the hash key decides, and few bytes are sent
                         .explicit_hash_key = shard.first_text,
                         .data = compressed(group, group.writer.finish()),
                         .expected_shard = shard.id});
  }
  const auto answer = co_await client_.put_records(what.destination->name, records);
  if (!answer) {
    refuse_put_records(what, answer.error(), out);
    co_return;
  }
  for (const aws::put_record& sent : records) *out.durable_bytes += bytes_of(sent);
  for (const auto& [place, why] : *answer) {
    *out.durable_bytes -= bytes_of(records[place]);
    if (why.code == aws::wrong_shard) known_.erase(what.destination->name);
    out.because(describe(why));
    for (const std::size_t member : groups[place].members) out.verdicts[member] = verdict_of(why);
  }
}

}  // namespace tidewire::sinks
