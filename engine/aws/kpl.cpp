#include "aws/kpl.hpp"

#include "aws/digest.hpp"
#include "aws/protobuf.hpp"

namespace tidewire::aws {
namespace {

using protobuf::field;
using protobuf::wire;

constexpr std::string_view magic("\xF3\x89\x9A\xC2", 4);
constexpr std::size_t digest_size = 16;

// Field numbers of AggregatedRecord, and of Record.
constexpr std::uint32_t key_table_field = 1;
constexpr std::uint32_t hash_key_table_field = 2;
constexpr std::uint32_t records_field = 3;
constexpr std::uint32_t record_key_index_field = 1;
constexpr std::uint32_t record_hash_key_index_field = 2;
constexpr std::uint32_t record_data_field = 3;

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

}  // namespace

bool looks_aggregated(std::string_view data) noexcept {
  return data.size() > magic.size() + digest_size && data.starts_with(magic);
}

std::vector<user_record> deaggregate(std::string_view partition_key, std::string_view data) {
  if (looks_aggregated(data)) {
    const auto message = data.substr(magic.size(), data.size() - magic.size() - digest_size);
    const auto sum = md5(message);
    const std::string_view digest(sum ? reinterpret_cast<const char*>(sum->data()) : "",
                                  sum ? sum->size() : 0);
    raw_aggregate aggregate;
    std::vector<user_record> records;
    if (!digest.empty() && data.ends_with(digest) && read_aggregate(message, aggregate) &&
        resolve(aggregate, records))
      return records;
  }
  return {
      user_record{.partition_key = partition_key, .explicit_hash_key = std::nullopt, .data = data}};
}

std::size_t kpl_writer::added_bytes_max(const user_record& record) noexcept {
  // Two tags, lengths of up to five bytes and indices of up to five in each of three fields.
  constexpr std::size_t framing_max = 48;
  const std::size_t hash_key_size = record.explicit_hash_key ? record.explicit_hash_key->size() : 0;
  return framing_max + record.partition_key.size() + hash_key_size + record.data.size();
}

void kpl_writer::clear() noexcept {
  bytes_.clear();
  count_ = key_count_ = hash_key_count_ = 0;
}

void kpl_writer::add(const user_record& record) {
  if (bytes_.empty()) bytes_ = magic;
  if (key_count_ == 0 || record.partition_key != last_key_) {
    protobuf::append_bytes(bytes_, key_table_field, record.partition_key);
    last_key_ = record.partition_key;
    ++key_count_;
  }
  if (record.explicit_hash_key) {
    protobuf::append_bytes(bytes_, hash_key_table_field, *record.explicit_hash_key);
    ++hash_key_count_;
  }
  head_.clear();
  protobuf::append_integer(head_, record_key_index_field, key_count_ - 1);
  if (record.explicit_hash_key)
    protobuf::append_integer(head_, record_hash_key_index_field, hash_key_count_ - 1);
  protobuf::append_bytes_head(head_, record_data_field, record.data.size());
  protobuf::append_bytes_head(bytes_, records_field, head_.size() + record.data.size());
  bytes_ += head_;
  bytes_ += record.data;
  ++count_;
}

std::string_view kpl_writer::finish() {
  const auto sum = md5(std::string_view(bytes_).substr(magic.size()));
  if (!sum) return {};
  bytes_.append(reinterpret_cast<const char*>(sum->data()), sum->size());
  return bytes_;
}

}  // namespace tidewire::aws
