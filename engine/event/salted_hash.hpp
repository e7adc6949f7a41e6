#pragma once

#include "base/byte_buffer.hpp"

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tidewire::event {

/// What is hashed of a text, behind the salt.
enum class hash_form : std::uint8_t {
  serialized,  // the text as Java's ObjectOutputStream writes it: column.mask.hash
  plain,       // its UTF-8 bytes: column.mask.hash.v2
};

/// Whether this is an algorithm of Java's MessageDigest that can be had here, such as SHA-256; case
/// does not matter.
bool is_hash_algorithm(std::string_view name);

/// A digest of salt and text, as text. Allocates nothing per text. For one thread.
class salted_hash {
 public:
  /// \param length_max digits that are kept; 0 keeps all.
  /// \throws startup_error for an algorithm that is not is_hash_algorithm().
  salted_hash(std::string_view algorithm, std::string salt, hash_form form, std::size_t length_max);

  /// Appends the digest in small hexadecimal digits. False if the library fails; nothing was
  /// appended then.
  bool append_hex(std::string_view text, byte_buffer& out, byte_buffer& scratch) const;

 private:
  struct free_digest {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
  };
  struct free_context {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };

  bool add(std::string_view bytes) const noexcept;
  bool add_serialized(std::string_view text, byte_buffer& scratch) const;

  std::unique_ptr<EVP_MD, free_digest> digest_;
  std::unique_ptr<EVP_MD_CTX, free_context> context_;  // begun anew with each text
  std::string salt_;
  hash_form form_;
  std::size_t length_max_;
};

}  // namespace tidewire::event
