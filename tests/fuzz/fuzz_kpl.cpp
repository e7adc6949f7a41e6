#include "support/aggregate.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

void check(std::string_view blob) {
  const auto records = tidewire::aws::deaggregate("outer", blob);
  if (records.size() == 1 && !records[0].aggregated && records[0].data != blob) __builtin_trap();
  if (records.empty() || !records[0].aggregated) return;
  // What was read is written and read again to the same records.
  const auto again = tidewire::testing::aggregate(records);
  const auto twice = tidewire::aws::deaggregate("outer", again);
  if (twice.size() != records.size()) __builtin_trap();
  for (std::size_t i = 0; i < records.size(); ++i)
    if (twice[i].data != records[i].data || twice[i].partition_key != records[i].partition_key ||
        twice[i].explicit_hash_key != records[i].explicit_hash_key)
      __builtin_trap();
}

}  // namespace

/// The bytes as they are, and once more as a message under a right digest, so that the protobuf
/// reader is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  std::array<unsigned char, 16> sum{};
  EVP_Digest(bytes.data(), bytes.size(), sum.data(), nullptr, EVP_md5(), nullptr);
  check(std::string("\xF3\x89\x9A\xC2", 4) + std::string(bytes) +
        std::string(reinterpret_cast<const char*>(sum.data()), sum.size()));
  return 0;
}
