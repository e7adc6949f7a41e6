#include "local/call/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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

sha256_digest hmac_sha256(std::string_view key, std::string_view bytes) {
  sha256_digest out;
  unsigned size = 0;
  [[maybe_unused]] const auto* done = HMAC(EVP_sha256(),
                                           key.data(),
                                           static_cast<int>(key.size()),
                                           reinterpret_cast<const unsigned char*>(bytes.data()),
                                           bytes.size(),
                                           out.data(),
                                           &size);
  assert(done != nullptr && size == out.size());
  return out;
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
