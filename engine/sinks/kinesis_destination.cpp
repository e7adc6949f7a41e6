#include "sinks/kinesis_destination.hpp"

#include "sinks/kinesis_refusal.hpp"
#include "sinks/legal_key.hpp"

#include <deque>
#include <utility>

namespace tidewire::sinks {

kinesis_destination::kinesis_destination(aws::kinesis_client client, options how)
    : client_(std::move(client)),
      how_(std::move(how)),
      limits_{.records_max = how_.records_max,
              .bytes_max = aws::kinesis_client::request_bytes_max,
              .record_overhead_bytes = how_.null_key.size(),
              .shared_bytes_max = kinesis_record_bytes_usual_max} {}

asio::awaitable<void> kinesis_destination::send(const pipeline::lanes::request& what, report& out) {
  if (refuse_hopeless(what, out)) co_return;
  std::vector<aws::put_record> records;
  std::deque<std::string> hashed;  // does not move its strings as it grows
  records.reserve(what.records.size());
  std::string scratch;
  for (const pipeline::record_state* r : what.records) {
    std::string_view key = r->record().has_key ? r->key() : std::string_view(how_.null_key);
    const std::string_view legal = legal_partition_key(key, scratch);
    if (legal.data() == scratch.data()) key = hashed.emplace_back(std::move(scratch));
    records.push_back({.partition_key = key, .explicit_hash_key = {}, .data = r->value()});
  }
  const auto answer = co_await client_.put_records(what.destination->name, records);
  if (!answer) {
    refuse_put_records(what, answer.error(), out);
    co_return;
  }
  out.verdicts.assign(what.records.size(), verdict{.what = fate::durable});
  for (const auto& [place, why] : *answer) {
    out.verdicts[place] = verdict_of(why);
    out.because(describe(why));
  }
}

}  // namespace tidewire::sinks
