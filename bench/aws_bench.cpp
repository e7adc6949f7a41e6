#include "aws/digest.hpp"
#include "aws/kinesis_messages.hpp"
#include "aws/kpl.hpp"
#include "aws/operation.hpp"
#include "aws/put_answer.hpp"
#include "aws/sigv4.hpp"
#include "base/base64.hpp"
#include "base/sha256_many.hpp"
#include "support/counted_loop.hpp"

#include <benchmark/benchmark.h>
#include <boost/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::aws {
namespace {

constexpr std::size_t record_count = 500;

/// A full request of the engine: its records' texts, and the views of them that are put.
class records {
 public:
  explicit records(std::size_t bytes_each) {
    for (std::size_t i = 0; i < record_count; ++i) {
      keys_.push_back(R"({"id":)" + std::to_string(100'000 + i) + "}");
      std::string text = R"({"before":null,"after":{"id":)" + std::to_string(i) + R"(,"name":")";
      while (text.size() + 2 < bytes_each) text += static_cast<char>('a' + (text.size() + i) % 26);
      texts_.push_back(text + "\"}");
      bytes_ += texts_.back().size() + keys_.back().size();
    }
    for (std::size_t i = 0; i < record_count; ++i)
      put_.push_back({.partition_key = keys_[i], .data = texts_[i]});
  }
  const std::vector<put_record>& put() const { return put_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<std::string> keys_;
  std::vector<std::string> texts_;
  std::vector<put_record> put_;
  std::size_t bytes_ = 0;
};

std::size_t size_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void write(std::string& body, const records& from, body_format format) {
  body.clear();
  body_writer out(body, format);
  write_put_records(out, "bench.inventory.products", from.put());
}

std::string body_of(const records& from, body_format format) {
  std::string body;
  body.reserve(put_records_size(from.put(), format));
  write(body, from, format);
  return body;
}

bool parse(document& into, std::string_view body, body_format format) {
  return format == body_format::json ? into.parse_json(body) : into.parse_cbor(body);
}

/// By Boost's JSON, which the engine does not read bodies with.
bool holds_in_json(const std::string& body, const records& from) {
  const auto root = boost::json::parse(body);
  const auto& found = root.at("Records").as_array();
  return std::ranges::equal(found, from.put(), [](const auto& f, const put_record& r) {
    return from_base64(std::string_view(f.at("Data").as_string())) == r.data &&
           std::string_view(f.at("PartitionKey").as_string()) == r.partition_key;
  });
}

bool holds_in_cbor(const std::string& body, const records& from) {
  document read;
  if (!read.parse_cbor(body) || read.root()["Records"].size() != record_count) return false;
  auto found = read.root()["Records"].first();
  for (const put_record& r : from.put()) {
    if (found["Data"].blob() != r.data || found["PartitionKey"].text() != r.partition_key)
      return false;
    found = found.next();
  }
  return true;
}

void BM_write_put_records(benchmark::State& state, body_format format) {
  const records from(size_of(state));
  std::string body = body_of(from, format);
  if (!(format == body_format::json ? holds_in_json(body, from) : holds_in_cbor(body, from)))
    return state.SkipWithError("not the records");
  bench::run_counted(state, {.items = record_count, .bytes = body.size()}, [&] {
    write(body, from, format);
    benchmark::DoNotOptimize(body.data());
  });
}
BENCHMARK_CAPTURE(BM_write_put_records, cbor, body_format::cbor)
    ->ArgName("bytes")
    ->Arg(570)
    ->Arg(3071);
BENCHMARK_CAPTURE(BM_write_put_records, json, body_format::json)
    ->ArgName("bytes")
    ->Arg(570)
    ->Arg(3071);

/// By OpenSSL in one call.
sha256_digest reference_sha256(std::string_view bytes) {
  sha256_digest digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

void BM_sha256(benchmark::State& state) {
  const std::string body = body_of(records(size_of(state)), body_format::cbor);
  if (sha256(body) != reference_sha256(body)) return state.SkipWithError("wrong digest");
  bench::run_counted(
      state, {.bytes = body.size()}, [&] { benchmark::DoNotOptimize(sha256(body)); });
}
BENCHMARK(BM_sha256)->ArgName("record_bytes")->Arg(570)->Arg(3071);

void BM_sha256_many(benchmark::State& state) {
  std::vector<std::string> bodies;
  const auto count = static_cast<std::size_t>(state.range(1));
  for (std::size_t i = 0; i < count; ++i)
    bodies.push_back(body_of(records(size_of(state) + i), body_format::cbor));
  const std::vector<std::string_view> views(bodies.begin(), bodies.end());
  std::vector<sha256_digest> digests(count);
  if (!sha256_many(views, digests)) return state.SkipWithError("no instructions for it");
  if (!std::ranges::equal(views, digests, {}, reference_sha256))
    return state.SkipWithError("wrong digest");
  std::size_t bytes = 0;
  for (const auto& body : bodies) bytes += body.size();
  bench::run_counted(state, {.bytes = bytes}, [&] {
    sha256_many(views, digests);
    benchmark::DoNotOptimize(digests.data());
  });
}
BENCHMARK(BM_sha256_many)
    ->ArgNames({"record_bytes", "bodies"})
    ->ArgsProduct({{570, 3071}, {2, 3, 4, 8, 16}});

struct context_free {
  void operator()(EVP_MD_CTX* c) const noexcept { EVP_MD_CTX_free(c); }
};

/// A CBOR body is written and its digest made. Either each record is fed to the digest when it is
/// written, while the first cache still has it, or the whole body at the end.
void write_and_hash(benchmark::State& state, bool each) {
  const records from(size_of(state));
  std::string body = body_of(from, body_format::cbor);
  const sha256_digest expected = reference_sha256(body);
  const std::unique_ptr<EVP_MD_CTX, context_free> context(EVP_MD_CTX_new());
  const std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> algorithm(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  sha256_digest digest{};
  std::size_t fed = 0;
  const auto feed = [&] {
    EVP_DigestUpdate(context.get(), body.data() + fed, body.size() - fed);
    fed = body.size();
  };
  const auto turn = [&] {
    body.clear();
    fed = 0;
    EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr);
    body_writer out(body, body_format::cbor);
    out.begin_map(2);
    write_stream(out, "bench.inventory.products");
    out.key("Records");
    out.begin_array(record_count);
    for (const put_record& r : from.put()) {
      write_put_record(out, r);
      if (each) feed();
    }
    out.end_array();
    out.end_map();
    feed();
    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  };
  turn();
  if (digest != expected) return state.SkipWithError("wrong digest");
  bench::run_counted(state, {.items = record_count, .bytes = body.size()}, [&] {
    turn();
    benchmark::DoNotOptimize(digest);
  });
}
BENCHMARK_CAPTURE(write_and_hash, each_record, true)
    ->Name("BM_write_and_hash/each_record")
    ->ArgName("bytes")
    ->Arg(570)
    ->Arg(3071);
BENCHMARK_CAPTURE(write_and_hash, whole_body, false)
    ->Name("BM_write_and_hash/whole_body")
    ->ArgName("bytes")
    ->Arg(570)
    ->Arg(3071);

std::string reference_hmac(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  HMAC(EVP_sha256(),
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(),
       reinterpret_cast<unsigned char*>(out.data()),
       nullptr);
  return out;
}

/// Whether the signature is that of its canonical request by OpenSSL's HMAC, for
/// 2026-01-02/us-east-1/kinesis.
bool signed_rightly(const signature& s, std::string_view body) {
  std::string key = "AWS4secret";
  for (const char* part : {"20260102", "us-east-1", "kinesis", "aws4_request"})
    key = reference_hmac(key, part);
  const std::string hex = reference_hmac(key, s.string_to_sign);
  return s.hex == to_hex(reinterpret_cast<const unsigned char*>(hex.data()), hex.size()) &&
         s.string_to_sign.ends_with(to_hex(reference_sha256(s.canonical_request))) &&
         s.canonical_request.ends_with(to_hex(reference_sha256(body)));
}

/// A request of PutRecords, whose body is hashed on the way, or is empty.
void BM_sign(benchmark::State& state) {
  using namespace std::chrono;
  const system_clock::time_point now = sys_days{year{2026} / 1 / 2} + 3h;
  const std::size_t each = size_of(state);
  std::string body = each == 0 ? std::string() : body_of(records(each), body_format::cbor);
  auto request = make_operation(
      "Kinesis_20131202", "PutRecords", "application/x-amz-cbor-1.1", std::move(body));
  const std::size_t headers = request.headers.size();
  signer by("us-east-1", "kinesis");
  const signing_keys keys{.access_key_id = "AKIABENCH", .secret_access_key = "secret"};
  const auto turn = [&] {
    request.headers.resize(headers);
    return by.sign(request, "kinesis.us-east-1.amazonaws.com", keys, now);
  };
  if (!signed_rightly(turn(), request.body)) return state.SkipWithError("wrong signature");
  bench::run_counted(
      state, {.bytes = request.body.size()}, [&] { benchmark::DoNotOptimize(turn()); });
}
BENCHMARK(BM_sign)->ArgName("record_bytes")->Arg(0)->Arg(570)->Arg(3071);

/// The user records of an aggregate of a key.
std::vector<user_record> user_records(const records& from, std::size_t count) {
  std::vector<user_record> made;
  for (std::size_t i = 0; i < count; ++i)
    made.push_back({.partition_key = from.put()[0].partition_key, .data = from.put()[i].data});
  return made;
}

bool same(const std::vector<user_record>& found, const std::vector<user_record>& expected) {
  return std::ranges::equal(found, expected, [](const user_record& f, const user_record& e) {
    return f.aggregated && f.data == e.data && f.partition_key == e.partition_key;
  });
}

constexpr std::size_t aggregated_count = 100;

void BM_aggregate(benchmark::State& state) {
  const records from(size_of(state));
  const auto put = user_records(from, aggregated_count);
  kpl_writer writer;
  const auto turn = [&] {
    writer.clear();
    for (const user_record& r : put) writer.add(r);
    return writer.finish();
  };
  const std::string_view made = turn();
  if (!same(deaggregate("outer", made), put)) return state.SkipWithError("not the records");
  bench::run_counted(state, {.items = aggregated_count, .bytes = made.size()}, [&] {
    benchmark::DoNotOptimize(turn());
  });
}
BENCHMARK(BM_aggregate)->ArgName("bytes")->Arg(570)->Arg(3071);

void BM_deaggregate(benchmark::State& state) {
  const records from(size_of(state));
  const auto put = user_records(from, aggregated_count);
  kpl_writer writer;
  for (const user_record& r : put) writer.add(r);
  const std::string made(writer.finish());
  if (!same(deaggregate("outer", made), put)) return state.SkipWithError("not the records");
  bench::run_counted(state, {.items = aggregated_count, .bytes = made.size()}, [&] {
    benchmark::DoNotOptimize(deaggregate("outer", made));
  });
}
BENCHMARK(BM_deaggregate)->ArgName("bytes")->Arg(570)->Arg(3071);

constexpr std::size_t refused_place = 7;

/// An answer to PutRecords that takes all but `refused_count`.
std::string put_answer(body_format format, std::size_t refused_count) {
  std::string body;
  body_writer out(body, format);
  out.begin_map(2);
  out.integer("FailedRecordCount", static_cast<std::int64_t>(refused_count));
  out.key("Records");
  out.begin_array(record_count);
  for (std::size_t i = 0; i < record_count; ++i) {
    const bool refused = refused_count > 0 && i == refused_place;
    out.begin_map(2);
    out.text(refused ? "ErrorCode" : "SequenceNumber",
             refused ? "ProvisionedThroughputExceededException"
                     : "49590338271490256608559692538361571095921575989136588898");
    out.text(refused ? "ErrorMessage" : "ShardId",
             refused ? "Rate exceeded for shard" : "shardId-000000000000");
    out.end_map();
  }
  out.end_array();
  out.end_map();
  return body;
}

void BM_read_put_answer(benchmark::State& state, body_format format) {
  const records from(570);
  const std::string body = put_answer(format, 1);
  document read;
  const auto turn = [&]() -> std::optional<std::vector<put_failure>> {
    if (!parse(read, body, format)) return std::nullopt;
    return read_put_failures(read.root(), from.put());
  };
  const auto failures = turn();
  if (!failures || failures->size() != 1 || failures->front().place != refused_place ||
      failures->front().why.what != remedy::slow_down)
    return state.SkipWithError("not the failure");
  bench::run_counted(state, {.items = record_count, .bytes = body.size()}, [&] {
    benchmark::DoNotOptimize(turn());
  });
}
BENCHMARK_CAPTURE(BM_read_put_answer, cbor, body_format::cbor);
BENCHMARK_CAPTURE(BM_read_put_answer, json, body_format::json);

/// The answer to nearly every request.
void BM_read_put_answer_all_arrived(benchmark::State& state) {
  const records from(570);
  const std::string body = put_answer(body_format::cbor, 0);
  if (!all_plainly_arrived(body, from.put()) ||
      all_plainly_arrived(put_answer(body_format::cbor, 1), from.put()))
    return state.SkipWithError("not what was answered");
  bench::run_counted(state, {.items = record_count, .bytes = body.size()}, [&] {
    benchmark::DoNotOptimize(all_plainly_arrived(body, from.put()));
  });
}
BENCHMARK(BM_read_put_answer_all_arrived);

std::string page_of(const records& from, body_format format) {
  std::string body;
  body_writer out(body, format);
  out.begin_map(3);
  out.integer("MillisBehindLatest", 12);
  out.text("NextShardIterator", "the next");
  out.key("Records");
  out.begin_array(record_count);
  for (const put_record& r : from.put()) {
    out.begin_map(4);
    out.key("ApproximateArrivalTimestamp");
    out.time_ms(1'795'330'911'123);
    out.key("Data");
    out.blob(r.data);
    out.text("PartitionKey", r.partition_key);
    out.text("SequenceNumber", "49590338271490256608559692538361571095921575989136588898");
    out.end_map();
  }
  out.end_array();
  out.end_map();
  return body;
}

void BM_read_page(benchmark::State& state, body_format format) {
  const records from(size_of(state));
  const std::string body = page_of(from, format);
  document read;
  const auto turn = [&]() -> std::optional<records_page> {
    if (!parse(read, body, format)) return std::nullopt;
    return read_records_page(read.root());
  };
  const auto page = turn();
  const auto as_put = [](const stream_record& f, const put_record& e) {
    return f.data == e.data && f.partition_key == e.partition_key &&
           f.arrival_ms == 1'795'330'911'123;
  };
  if (!page || page->next_iterator != "the next" || page->behind_latest_ms != 12 ||
      !std::ranges::equal(page->records, from.put(), as_put))
    return state.SkipWithError("not the page");
  bench::run_counted(state, {.items = record_count, .bytes = body.size()}, [&] {
    benchmark::DoNotOptimize(turn());
  });
}
BENCHMARK_CAPTURE(BM_read_page, cbor, body_format::cbor)->ArgName("bytes")->Arg(570)->Arg(3071);
BENCHMARK_CAPTURE(BM_read_page, json, body_format::json)->ArgName("bytes")->Arg(570)->Arg(3071);

}  // namespace
}  // namespace tidewire::aws
