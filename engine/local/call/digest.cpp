#include "local/call/digest.hpp"

#include <openssl/evp.h>

#include <cassert>
#include <memory>

namespace tidewire::local {
namespace {

struct free_method {
  void operator()(EVP_MD* method) const noexcept { EVP_MD_free(method); }
};
struct free_context {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// A digest looked up once and a context used again and again: OpenSSL 3 spends more on finding MD5
/// than on 40 bytes of it.
template <class Digest>
class hasher {
 public:
  explicit hasher(const char* name)
      : method_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    assert(method_ && context_);
  }

  Digest operator()(std::string_view bytes) {
    Digest out;
    unsigned size = 0;
    [[maybe_unused]] const bool done =
        EVP_DigestInit_ex2(context_.get(), method_.get(), nullptr) == 1 &&
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1 &&
        EVP_DigestFinal_ex(context_.get(), out.data(), &size) == 1;
    assert(done && size == out.size());
    return out;
  }

 private:
  std::unique_ptr<EVP_MD, free_method> method_;
  std::unique_ptr<EVP_MD_CTX, free_context> context_;
};

}  // namespace

md5_digest md5(std::string_view bytes) {
  thread_local hasher<md5_digest> hash("MD5");
  return hash(bytes);
}

sha256_digest sha256(std::string_view bytes) {
  thread_local hasher<sha256_digest> hash("SHA256");
  return hash(bytes);
}

/// RFC 2104. By sha256(), since HMAC() of OpenSSL 3 looks its digest up on each call, which takes
/// longer than to make it.
sha256_digest hmac_sha256(std::string_view key, std::string_view bytes) {
  constexpr std::size_t block_bytes = 64;
  constexpr unsigned inner_mask = 0x36, outer_mask = 0x5c;
  sha256_digest short_key;
  if (key.size() > block_bytes) {
    short_key = sha256(key);
    key = as_view(short_key);
  }
  const auto masked_key = [&](unsigned mask) {
    std::string out(block_bytes, static_cast<char>(mask));
    for (std::size_t i = 0; i < key.size(); ++i)
      out[i] = static_cast<char>(static_cast<unsigned char>(key[i]) ^ mask);
    return out;
  };
  const sha256_digest inner = sha256(masked_key(inner_mask).append(bytes));
  return sha256(masked_key(outer_mask).append(as_view(inner)));
}

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
  return out;
}

}  // namespace tidewire::local
