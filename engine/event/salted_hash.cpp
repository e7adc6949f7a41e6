#include "event/salted_hash.hpp"

#include "base/startup_error.hpp"
#include "event/java_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <utility>

namespace tidewire::event {
namespace {

/// A name of java.security.MessageDigest, and OpenSSL's.
struct algorithm {
  std::string_view java;
  const char* openssl;
};
constexpr std::array<algorithm, 14> algorithms = {{{"MD5", "MD5"},
                                                   {"SHA", "SHA1"},
                                                   {"SHA1", "SHA1"},
                                                   {"SHA-1", "SHA1"},
                                                   {"SHA-224", "SHA2-224"},
                                                   {"SHA-256", "SHA2-256"},
                                                   {"SHA-384", "SHA2-384"},
                                                   {"SHA-512", "SHA2-512"},
                                                   {"SHA-512/224", "SHA2-512/224"},
                                                   {"SHA-512/256", "SHA2-512/256"},
                                                   {"SHA3-224", "SHA3-224"},
                                                   {"SHA3-256", "SHA3-256"},
                                                   {"SHA3-384", "SHA3-384"},
                                                   {"SHA3-512", "SHA3-512"}}};

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::toupper(x) == std::toupper(y);
  });
}

const algorithm* find_algorithm(std::string_view name) {
  const auto found =
      std::find_if(algorithms.begin(), algorithms.end(), [name](const algorithm& one) {
        return same_ignoring_case(one.java, name);
      });
  return found == algorithms.end() ? nullptr : &*found;
}

constexpr std::uint32_t first_supplementary = 0x10000;
constexpr unsigned char first_of_four = 0xF0;

void append_three(byte_buffer& out, std::uint32_t unit) {
  out.push_back(static_cast<char>(0xE0U | (unit >> 12U)));
  out.push_back(static_cast<char>(0x80U | ((unit >> 6U) & 0x3FU)));
  out.push_back(static_cast<char>(0x80U | (unit & 0x3FU)));
}

/// Java's modified UTF-8 writes a character beyond the basic plane as two surrogates of three bytes
/// each. (Its other peculiarity, U+0000, cannot be in a text of PostgreSQL.)
std::string_view modified_utf8(std::string_view text, byte_buffer& scratch) {
  const auto wide = [](char c) { return static_cast<unsigned char>(c) >= first_of_four; };
  if (std::none_of(text.begin(), text.end(), wide)) return text;
  scratch.clear();
  while (!text.empty()) {
    const std::string_view before = text;
    const std::uint32_t point = next_code_point(text);
    if (point < first_supplementary) {
      scratch.append(before.substr(0, before.size() - text.size()));
    } else {
      append_three(scratch, 0xD800U | ((point - first_supplementary) >> 10U));
      append_three(scratch, 0xDC00U | ((point - first_supplementary) & 0x3FFU));
    }
  }
  return scratch.view();
}

}  // namespace

bool is_hash_algorithm(std::string_view name) {
  return find_algorithm(name) != nullptr;
}

salted_hash::salted_hash(std::string_view name,
                         std::string salt,
                         hash_form form,
                         std::size_t length_max)
    : context_(EVP_MD_CTX_new()), salt_(std::move(salt)), form_(form), length_max_(length_max) {
  if (const algorithm* const known = find_algorithm(name))
    digest_.reset(EVP_MD_fetch(nullptr, known->openssl, nullptr));
  if (digest_ == nullptr || context_ == nullptr)
    throw startup_error("column.mask.hash: the algorithm " + std::string(name) +
                        " is not known here");
}

bool salted_hash::append_hex(std::string_view text, byte_buffer& out, byte_buffer& scratch) const {
  if (EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) != 1 || !add(salt_)) return false;
  if (!(form_ == hash_form::plain ? add(text) : add_serialized(text, scratch))) return false;
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1) return false;
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t length =
      length_max_ == 0 ? 2U * size : std::min<std::size_t>(length_max_, 2U * size);
  for (std::size_t i = 0; i < length; ++i) {
    const unsigned byte = bytes[i / 2];
    out.push_back(digits[i % 2 == 0 ? byte >> 4U : byte & 0xFU]);
  }
  return true;
}

bool salted_hash::add(std::string_view bytes) const noexcept {
  return EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

/// The stream's header (magic and version 5), then TC_STRING with a length of two bytes or
/// TC_LONGSTRING with one of eight. Java Object Serialization Specification, 6.4.
bool salted_hash::add_serialized(std::string_view text, byte_buffer& scratch) const {
  const std::string_view bytes = modified_utf8(text, scratch);
  const bool is_long = bytes.size() > std::numeric_limits<std::uint16_t>::max();
  std::array<char, 13> header = {'\xAC', '\xED', 0, 5, is_long ? '\x7C' : '\x74'};
  const std::size_t length_size = is_long ? 8 : 2;
  for (std::size_t i = 0; i < length_size; ++i)
    header[5 + i] = static_cast<char>((bytes.size() >> (8 * (length_size - 1 - i))) & 0xFFU);
  return add({header.data(), 5 + length_size}) && add(bytes);
}

}  // namespace tidewire::event
