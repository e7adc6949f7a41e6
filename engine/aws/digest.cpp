#include "aws/digest.hpp"

#include <openssl/evp.h>

#include <cassert>
#include <cstring>
#include <memory>

namespace tidewire::aws {

namespace {

struct md_free {
  void operator()(EVP_MD* md) const noexcept { EVP_MD_free(md); }
};
struct context_free {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

const EVP_MD* sha256_algorithm() {
  static const std::unique_ptr<EVP_MD, md_free> fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return fetched.get();
}

const EVP_MD* md5_algorithm() {
  static const std::unique_ptr<EVP_MD, md_free> fetched(EVP_MD_fetch(nullptr, "MD5", nullptr));
  return fetched.get();
}

EVP_MD_CTX* context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, context_free> kept(EVP_MD_CTX_new());
  return kept.get();
}

/// The digest of `first` followed by `second`.
sha256_digest sha256_of_both(std::string_view first, std::string_view second) {
  EVP_MD_CTX* const c = context();
  sha256_digest digest;
  unsigned size = 0;
  const bool done = EVP_DigestInit_ex2(c, sha256_algorithm(), nullptr) == 1 &&
                    EVP_DigestUpdate(c, first.data(), first.size()) == 1 &&
                    EVP_DigestUpdate(c, second.data(), second.size()) == 1 &&
                    EVP_DigestFinal_ex(c, digest.data(), &size) == 1;
  assert(done && size == digest.size());
  static_cast<void>(done);
  return digest;
}

}  // namespace

sha256_digest sha256(std::string_view bytes) {
  return sha256_of_both(bytes, {});
}

sha256_digest hmac_sha256(std::string_view key, std::string_view bytes) {
  constexpr std::size_t block = 64;
  sha256_digest shortened;
  if (key.size() > block) {
    shortened = sha256(key);
    key = as_key(shortened);
  }
  std::array<char, block> inner{};
  if (!key.empty()) std::memcpy(inner.data(), key.data(), key.size());
  std::array<char, block> outer = inner;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  const sha256_digest digest = sha256_of_both({inner.data(), block}, bytes);
  return sha256_of_both({outer.data(), block}, as_key(digest));
}

std::optional<md5_digest> md5(std::string_view bytes) {
  if (md5_algorithm() == nullptr) return std::nullopt;
  md5_digest digest;
  unsigned size = 0;
  EVP_MD_CTX* const c = context();
  const bool done = EVP_DigestInit_ex2(c, md5_algorithm(), nullptr) == 1 &&
                    EVP_DigestUpdate(c, bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(c, digest.data(), &size) == 1;
  if (!done) return std::nullopt;
  return digest;
}

std::string md5_hex(std::string_view bytes) {
  const auto digest = md5(bytes);
  return digest ? to_hex(digest->data(), digest->size()) : std::string();
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(size * 2, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    text[2 * i] = digits[bytes[i] >> 4U];
    text[2 * i + 1] = digits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace tidewire::aws
