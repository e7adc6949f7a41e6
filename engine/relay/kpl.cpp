#include "relay/kpl.hpp"

#include "relay/protobuf.hpp"

#include <openssl/evp.h>

#include <array>
#include <cassert>
#include <cstddef>
#include <map>
#include <utility>

namespace tidewire::relay {
namespace {

using protobuf::field;
using protobuf::wire;

constexpr std::string_view magic("\xF3\x89\x9A\xC2", 4);
constexpr std::size_t digest_size = 16;

using digest = std::array<char, digest_size>;

digest md5(std::string_view bytes) {
  digest sum{};
  unsigned size = 0;
  [[maybe_unused]] const int done = EVP_Digest(bytes.data(),
                                               bytes.size(),
                                               reinterpret_cast<unsigned char*>(sum.data()),
                                               &size,
                                               EVP_md5(),
                                               nullptr);
  assert(done == 1 && size == digest_size);
  return sum;
}

struct raw_record {
  std::uint64_t key_index = 0;
  std::optional<std::uint64_t> hash_key_index;
  std::string_view data;
};

bool read_tag(std::string_view message) noexcept {
  bool has_key = false;
  for (cursor in(message); in.remaining() > 0;) {
    field f;
    if (!protobuf::read_field(in, f)) return false;
    has_key |= f.number == 1 && f.type == wire::bytes;
  }
  return has_key;
}

bool read_record(std::string_view message, raw_record& record) noexcept {
  bool has_key = false;
  bool has_data = false;
  for (cursor in(message); in.remaining() > 0;) {
    field f;
    if (!protobuf::read_field(in, f)) return false;
    if (f.number == 1 && f.type == wire::varint) {
      record.key_index = f.integer;
      has_key = true;
    } else if (f.number == 2 && f.type == wire::varint) {
      record.hash_key_index = f.integer;
    } else if (f.number == 3 && f.type == wire::bytes) {
      record.data = f.content;
      has_data = true;
    } else if (f.number == 4 && f.type == wire::bytes && !read_tag(f.content)) {
      return false;
    }
  }
  return has_key && has_data;
}

struct raw_aggregate {
  std::vector<std::string_view> keys;
  std::vector<std::string_view> hash_keys;
  std::vector<raw_record> records;
};

bool read_aggregate(std::string_view message, raw_aggregate& aggregate) {
  for (cursor in(message); in.remaining() > 0;) {
    field f;
    if (!protobuf::read_field(in, f)) return false;
    if (f.type != wire::bytes) continue;
    if (f.number == 1) aggregate.keys.push_back(f.content);
    if (f.number == 2) aggregate.hash_keys.push_back(f.content);
    if (f.number == 3 && !read_record(f.content, aggregate.records.emplace_back())) return false;
  }
  return true;
}

/// The tables may follow the records, so indices are looked up only when all is read.
bool resolve(const raw_aggregate& aggregate, std::vector<user_record>& records) {
  records.reserve(aggregate.records.size());
  for (const raw_record& raw : aggregate.records) {
    if (raw.key_index >= aggregate.keys.size()) return false;
    user_record record{.partition_key = aggregate.keys[raw.key_index],
                       .explicit_hash_key = std::nullopt,
                       .data = raw.data,
                       .sub_sequence_number = records.size(),
                       .aggregated = true};
    if (raw.hash_key_index) {
      if (*raw.hash_key_index >= aggregate.hash_keys.size()) return false;
      record.explicit_hash_key = aggregate.hash_keys[*raw.hash_key_index];
    }
    records.push_back(record);
  }
  return true;
}

/// Where each distinct text stands in its table; adds it where it is new.
std::uint64_t index_of(std::string_view text,
                       std::map<std::string_view, std::uint64_t>& known,
                       std::vector<std::string_view>& table) {
  const auto [place, is_new] = known.emplace(text, table.size());
  if (is_new) table.push_back(text);
  return place->second;
}

}  // namespace

bool looks_aggregated(std::string_view data) noexcept {
  return data.size() > magic.size() + digest_size && data.starts_with(magic);
}

std::vector<user_record> deaggregate(std::string_view partition_key, std::string_view data) {
  if (looks_aggregated(data)) {
    const auto message = data.substr(magic.size(), data.size() - magic.size() - digest_size);
    const auto sum = md5(message);
    raw_aggregate aggregate;
    std::vector<user_record> records;
    if (data.ends_with(std::string_view(sum.data(), sum.size())) &&
        read_aggregate(message, aggregate) && resolve(aggregate, records))
      return records;
  }
  return {
      user_record{.partition_key = partition_key, .explicit_hash_key = std::nullopt, .data = data}};
}

std::string aggregate(std::span<const user_record> records) {
  std::map<std::string_view, std::uint64_t> known_keys;
  std::map<std::string_view, std::uint64_t> known_hash_keys;
  std::vector<std::string_view> keys;
  std::vector<std::string_view> hash_keys;
  std::string bodies;
  for (const user_record& record : records) {
    std::string body;
    protobuf::append_integer(body, 1, index_of(record.partition_key, known_keys, keys));
    if (record.explicit_hash_key)
      protobuf::append_integer(
          body, 2, index_of(*record.explicit_hash_key, known_hash_keys, hash_keys));
    protobuf::append_bytes(body, 3, record.data);
    protobuf::append_bytes(bodies, 3, body);
  }
  std::string message;
  for (const auto key : keys) protobuf::append_bytes(message, 1, key);
  for (const auto key : hash_keys) protobuf::append_bytes(message, 2, key);
  message += bodies;
  const auto sum = md5(message);
  return std::string(magic) + message + std::string(sum.data(), sum.size());
}

}  // namespace tidewire::relay
