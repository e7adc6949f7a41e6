#include "aws/kinesis.hpp"

#include "aws/error_answer.hpp"
#include "aws/operation.hpp"
#include "aws/put_answer.hpp"
#include "telemetry/log.hpp"

#include <utility>

namespace tidewire::aws {

namespace {

constexpr std::size_t small_body = 512;

/// Endpoints that do not know CBOR say so in these ways: serializers refuse the body, routers the
/// type or the operation, and emulators fall over it (moto, MiniStack with AUTH=true).
bool refuses_cbor(const failure& f) noexcept {
  if (f.transport || f.in_cbor) return false;
  if (f.status == 415 || f.status == 500) return true;
  if (f.status != 400 && f.status != 404) return false;
  return f.code.empty() || f.code == "SerializationException" || f.code == "UnknownOperation" ||
         f.code == "UnknownOperationException";
}

bool is_cbor(const http::response& answer) {
  return http::find_header(answer.headers, "content-type").find("cbor") != std::string_view::npos;
}

std::string_view name_of(iterator_type type) noexcept {
  switch (type) {
    case iterator_type::trim_horizon:
      return "TRIM_HORIZON";
    case iterator_type::latest:
      return "LATEST";
    case iterator_type::at_sequence_number:
      return "AT_SEQUENCE_NUMBER";
    case iterator_type::after_sequence_number:
      return "AFTER_SEQUENCE_NUMBER";
    case iterator_type::at_timestamp:
      return "AT_TIMESTAMP";
  }
  return {};
}

}  // namespace

kinesis_client::kinesis_client(client transport, kinesis_protocol protocol)
    : transport_(std::move(transport)),
      protocol_(protocol),
      document_(std::make_unique<document>()) {}

call<http::response> kinesis_client::ask_once(std::string_view operation,
                                              const write_body& write,
                                              std::size_t body_bytes,
                                              int attempts,
                                              body_format format) {
  std::string body = transport_.new_body(body_bytes);
  body_writer out(body, format);
  write(out);
  const std::string_view type =
      format == body_format::cbor ? "application/x-amz-cbor-1.1" : "application/x-amz-json-1.1";
  return transport_.send(make_operation("Kinesis_20131202", operation, type, std::move(body)),
                         attempts);
}

call<http::response> kinesis_client::ask(std::string_view operation,
                                         write_body write,
                                         std::size_t body_bytes,
                                         int attempts) {
  if (protocol_ == kinesis_protocol::json) {
    auto asking = ask_once(operation, write, body_bytes, attempts, body_format::json);
    co_return co_await std::move(asking);
  }
  const bool trying = protocol_ == kinesis_protocol::automatic && !cbor_proven_;
  auto asking = ask_once(operation, write, body_bytes, trying ? 1 : attempts, body_format::cbor);
  auto answered = co_await std::move(asking);
  if (answered) cbor_proven_ = true;
  if (answered || !trying) co_return std::move(answered);
  const failure& f = answered.error();
  const bool refused = !cbor_proven_ && refuses_cbor(f);
  if (refused && protocol_ == kinesis_protocol::automatic) {
    protocol_ = kinesis_protocol::json;
    telemetry::log(telemetry::level::info,
                   "aws",
                   "kinesis: {} does not take CBOR ({}); speaking JSON from now on",
                   transport_.options().endpoint.authority(),
                   describe(f));
  }
  // In the new protocol, or because the one attempt that found it out was not all that the caller
  // had asked for.
  const int left = attempts == 0 ? transport_.options().attempts_max : attempts;
  if (!refused && (f.what == remedy::none || left <= 1)) co_return std::move(answered);
  const body_format format =
      protocol_ == kinesis_protocol::json ? body_format::json : body_format::cbor;
  auto again = ask_once(operation, write, body_bytes, refused ? attempts : left - 1, format);
  co_return co_await std::move(again);
}

std::optional<document::value> kinesis_client::read(const http::response& answer) {
  const bool well_formed =
      is_cbor(answer) ? document_->parse_cbor(answer.body) : document_->parse_json(answer.body);
  if (!well_formed) return std::nullopt;
  return document_->root();
}

call<std::vector<put_failure>> kinesis_client::put_records(std::string_view stream,
                                                           std::span<const put_record> records) {
  const body_format likely =
      protocol_ == kinesis_protocol::json ? body_format::json : body_format::cbor;
  write_body write = [stream, records](body_writer& out) {
    write_put_records(out, stream, records);
  };
  auto asking = ask("PutRecords", std::move(write), put_records_size(records, likely), 1);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  if (is_cbor(*answered) && all_plainly_arrived(answered->body, records))
    co_return std::vector<put_failure>();
  const auto root = read(*answered);
  if (!root) co_return malformed_answer();
  auto failures = read_put_failures(*root, records);
  if (!failures) co_return malformed_answer();
  co_return *std::move(failures);
}

call<nothing> kinesis_client::create_stream(std::string name, std::int64_t shards) {
  write_body write = [&](body_writer& out) {
    out.begin_map(2);
    out.integer("ShardCount", shards);
    out.text("StreamName", name);
    out.end_map();
  };
  auto asking = ask("CreateStream", std::move(write), small_body, 0);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  co_return nothing{};
}

call<nothing> kinesis_client::delete_stream(std::string name) {
  write_body write = [&](body_writer& out) {
    out.begin_map(2);
    out.key("EnforceConsumerDeletion");
    out.boolean(true);
    write_stream(out, name);
    out.end_map();
  };
  auto asking = ask("DeleteStream", std::move(write), small_body, 0);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  co_return nothing{};
}

call<stream_summary> kinesis_client::describe_stream_summary(std::string name) {
  write_body write = [&](body_writer& out) {
    out.begin_map(1);
    write_stream(out, name);
    out.end_map();
  };
  auto asking = ask("DescribeStreamSummary", std::move(write), small_body, 0);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root || !(*root)["StreamDescriptionSummary"].present()) co_return malformed_answer();
  const auto described = (*root)["StreamDescriptionSummary"];
  stream_summary s;
  s.name = described["StreamName"].text();
  s.arn = described["StreamARN"].text();
  s.status = described["StreamStatus"].text();
  s.open_shards = described["OpenShardCount"].integer();
  co_return s;
}

call<std::vector<shard>> kinesis_client::list_shards(std::string stream) {
  std::vector<shard> shards;
  std::string token;
  do {
    write_body write = [&](body_writer& out) {
      out.begin_map(1);
      if (token.empty()) {
        write_stream(out, stream);
      } else {
        out.text("NextToken", token);  // says which stream it is of; both together are refused
      }
      out.end_map();
    };
    auto asking = ask("ListShards", std::move(write), small_body, 0);
    const auto answered = co_await std::move(asking);
    if (!answered) co_return answered.error();
    const auto root = read(*answered);
    if (!root || (*root)["Shards"].what() != document::kind::array) co_return malformed_answer();
    for (auto v = (*root)["Shards"].first(); v.present(); v = v.next())
      shards.push_back(read_shard(v));
    token = (*root)["NextToken"].text();
  } while (!token.empty());
  co_return shards;
}

call<std::vector<std::string>> kinesis_client::list_streams() {
  std::vector<std::string> names;
  for (bool more = true; more;) {
    write_body write = [&](body_writer& out) {
      out.begin_map(names.empty() ? 0 : 1);
      if (!names.empty()) out.text("ExclusiveStartStreamName", names.back());
      out.end_map();
    };
    auto asking = ask("ListStreams", std::move(write), small_body, 0);
    const auto answered = co_await std::move(asking);
    if (!answered) co_return answered.error();
    const auto root = read(*answered);
    if (!root || (*root)["StreamNames"].what() != document::kind::array)
      co_return malformed_answer();
    const auto page = (*root)["StreamNames"];
    for (auto v = page.first(); v.present(); v = v.next()) names.emplace_back(v.text());
    more = (*root)["HasMoreStreams"].boolean() && page.size() > 0;
  }
  co_return names;
}

call<std::string> kinesis_client::get_shard_iterator(iterator_request where) {
  const bool numbered = where.type == iterator_type::at_sequence_number ||
                        where.type == iterator_type::after_sequence_number;
  const bool timed = where.type == iterator_type::at_timestamp;
  write_body write = [&](body_writer& out) {
    out.begin_map(numbered || timed ? 4 : 3);
    write_stream(out, where.stream);
    out.text("ShardId", where.shard_id);
    out.text("ShardIteratorType", name_of(where.type));
    if (numbered) out.text("StartingSequenceNumber", where.sequence_number);
    if (timed) {
      out.key("Timestamp");
      out.time_ms(unix_ms(where.timestamp));
    }
    out.end_map();
  };
  // AWS's CBOR counts timestamps in milliseconds, RFC 8949's in seconds, and emulators follow
  // either: JSON has but one way. It is asked for once per shard.
  const bool ambiguous = timed && protocol_ == kinesis_protocol::automatic;
  auto asking = ambiguous ? ask_once("GetShardIterator", write, small_body, 0, body_format::json)
                          : ask("GetShardIterator", write, small_body, 0);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root || (*root)["ShardIterator"].text().empty()) co_return malformed_answer();
  co_return std::string((*root)["ShardIterator"].text());
}

call<records_page> kinesis_client::get_records(std::string iterator, std::int64_t limit) {
  write_body write = [&](body_writer& out) {
    out.begin_map(2);
    out.text("ShardIterator", iterator);
    out.integer("Limit", limit);
    out.end_map();
  };
  auto asking = ask("GetRecords", std::move(write), small_body, 0);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root) co_return malformed_answer();
  auto page = read_records_page(*root);
  if (!page) co_return malformed_answer();
  co_return *std::move(page);
}

}  // namespace tidewire::aws
