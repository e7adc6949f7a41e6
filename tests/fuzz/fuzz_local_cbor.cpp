#include "local/kinesis/put_request.hpp"
#include "local/wire/cbor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Any bytes as CBOR: what is read can be written and read again as the same, and PutRecords never
/// reads past the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire::local;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto value = cbor::to_json(bytes)) {
    std::string again;
    cbor::append_json(again, *value);
    if (!cbor::to_json(again)) __builtin_trap();
  }
  for (const auto format : {body_format::cbor, body_format::json}) {
    const auto request = parse_put_records(format, bytes);
    if (request.has_error()) continue;
    std::size_t total = 0;
    for (const auto& entry : request->entries)
      for (const auto part : {entry.data, entry.partition_key, entry.explicit_hash_key})
        for (const char c : part) total += static_cast<unsigned char>(c);
    if (total > 255 * size * 3) __builtin_trap();
  }
  cbor::reader in(bytes);
  while (in.skip()) {
  }
  return 0;
}
