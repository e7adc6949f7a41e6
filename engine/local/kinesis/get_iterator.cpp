#include "base/clock.hpp"
#include "local/call/input_reader.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/service.hpp"
#include "local/kinesis/shard_iterator.hpp"

#include <cmath>

namespace tidewire::local {

reply kinesis_service::get_shard_iterator(const operation_call& call) {
  input_reader in(call.input);
  const auto id = in.text(
      "ShardId",
      {.required = true, .length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto type = in.text("ShardIteratorType",
                            {.required = true,
                             .one_of = {"AFTER_SEQUENCE_NUMBER",
                                        "LATEST",
                                        "AT_TIMESTAMP",
                                        "AT_SEQUENCE_NUMBER",
                                        "TRIM_HORIZON"}});
  const auto sequence =
      in.text("StartingSequenceNumber", {.shape = input_reader::pattern::decimal});
  const auto moment = in.seconds("Timestamp");
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const auto home = named_shard(**found, *id);
  if (home.has_error()) return home.error();
  kinesis_stream& stream = **found;
  shard& one = **home;
  if (call.quotas && !one.quota.iterators.try_take(1, call.now))
    return rate_exceeded(one, stream, how_.who.account);

  const std::int64_t now_ms = unix_ms(call.now);
  std::uint64_t index = 0;
  if (type->ends_with("SEQUENCE_NUMBER")) {
    if (!sequence)
      return invalid_argument(
          "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
          "StartingSequenceNumber or "
          "(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber.");
    const auto place = one.index_of(*sequence, type->starts_with("AFTER"));
    if (!place)
      return invalid_argument("StartingSequenceNumber " + std::string(*sequence) +
                              " used in GetShardIterator on shard " + one.id() + " in stream " +
                              stream.name + " under account " + how_.who.account + " is invalid.");
    index = *place;
  } else if (*type == "AT_TIMESTAMP") {
    if (!moment)
      return invalid_argument(
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current "
          "request has no timestamp parameter.");
    const std::int64_t at_ms = std::llround(*moment * 1000);
    if (at_ms > now_ms)
      return invalid_argument(
          "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
          "timestampInMillis: " +
          std::to_string(at_ms) + ", currentTimestampInMillis: " + std::to_string(now_ms));
    index = one.records.first_arrived_at(at_ms);
  } else {
    index = *type == "LATEST" ? one.records.end_index() : one.records.first_index();
  }
  return boost::json::object{{"ShardIterator",
                              write_iterator({.stream = stream.name,
                                              .stream_created_ms = stream.created_ms,
                                              .shard = one.number(),
                                              .index = index,
                                              .issued_ms = now_ms})}};
}

}  // namespace tidewire::local
