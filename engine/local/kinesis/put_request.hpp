#pragma once

#include "local/wire/body.hpp"

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

/// Records in one call of PutRecords.
constexpr std::size_t put_entries_max = 500;

/// One record of a put; the views live as long as the body and the request that it was parsed into.
struct put_entry {
  std::string_view data;
  std::string_view partition_key;
  std::string_view explicit_hash_key;
  bool has_data = false;
  bool has_partition_key = false;
  bool has_explicit_hash_key = false;
};

/// A PutRecords body, read without building a document first where it is CBOR.
struct put_request {
  std::string stream_name;
  std::string stream_arn;
  bool has_stream_name = false;
  bool has_records = false;
  std::vector<put_entry> entries;
  std::list<std::string> decoded;  // what the entries point to where the body itself will not do
};

/// \errors SerializationException if the body is not of the format or a member has the wrong type.
boost::system::result<put_request, api_error> parse_put_records(body_format format,
                                                                std::string_view body);

}  // namespace tidewire::local
