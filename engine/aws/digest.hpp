#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::aws {

using sha256_digest = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4). OpenSSL's algorithm object is fetched once per process and the context is
/// kept per thread: fetching anew costs more than hashing a small body.
sha256_digest sha256(std::string_view bytes);
/// HMAC with SHA-256 (RFC 2104).
sha256_digest hmac_sha256(std::string_view key, std::string_view bytes);
using md5_digest = std::array<unsigned char, 16>;
/// MD5 (RFC 1321), which Kinesis places keys by and closes aggregates with; nothing where the
/// system's OpenSSL refuses MD5.
std::optional<md5_digest> md5(std::string_view bytes);
/// MD5 in lower-case hexadecimal, as SQS confirms bodies; empty where the system's OpenSSL refuses
/// MD5.
std::string md5_hex(std::string_view bytes);

/// Lower-case hexadecimal.
std::string to_hex(const unsigned char* bytes, std::size_t size);
inline std::string to_hex(const sha256_digest& digest) {
  return to_hex(digest.data(), digest.size());
}

/// A digest as the key of the next HMAC.
inline std::string_view as_key(const sha256_digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace tidewire::aws
