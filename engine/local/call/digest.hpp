#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// The three digests of the AWS protocols, over OpenSSL. Kept apart from the clients' own on
/// purpose; only several large bodies at a time are hashed as they do, and of these a share by
/// OpenSSL.
namespace tidewire::local {

using md5_digest = std::array<unsigned char, 16>;
using sha256_digest = std::array<unsigned char, 32>;

md5_digest md5(std::string_view bytes);
sha256_digest sha256(std::string_view bytes);
sha256_digest hmac_sha256(std::string_view key, std::string_view bytes);

/// Lower case.
std::string hex(std::span<const unsigned char> bytes);

template <std::size_t Size>
std::string_view as_view(const std::array<unsigned char, Size>& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), Size};
}

}  // namespace tidewire::local
