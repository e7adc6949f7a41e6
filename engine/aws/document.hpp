#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::aws {

/// A service's answer, read from JSON or CBOR into the same flat tree, so that what is taken out of
/// it is written once. Texts are views into the answer's body (CBOR) or into the parser's own
/// memory (JSON): the body must live as long as this.
class document {
 public:
  enum class kind : std::uint8_t { missing, null, boolean, integer, real, text, bytes, array, map };

  /// One value in the tree. Asking for what is not there answers a missing value, whose text is
  /// empty and number 0, so that an answer with a member less is no special case.
  class value {
   public:
    value() = default;
    kind what() const noexcept;
    bool present() const noexcept { return what() != kind::missing && what() != kind::null; }
    /// The member of a map.
    value operator[](std::string_view name) const noexcept;
    std::string_view text() const noexcept;
    std::int64_t integer(std::int64_t otherwise = 0) const noexcept;
    bool boolean() const noexcept;
    /// A blob: bytes as they are, or text in base64; empty where it is neither.
    std::string blob() const;
    /// A timestamp in Unix milliseconds. JSON has seconds with a fraction, AWS's CBOR milliseconds,
    /// other CBOR seconds: they are told apart by their size, since no timestamp here is from
    /// before 1973 or after the year 5138.
    std::int64_t time_ms() const noexcept;

    /// The elements of an array, or the members of a map in their order; nothing for other kinds.
    value first() const noexcept;
    value next() const noexcept;
    std::string_view name() const noexcept;  // of a map's member
    std::size_t size() const noexcept;

   private:
    friend class document;
    value(const document* owner, std::uint32_t index) : owner_(owner), index_(index) {}
    const document* owner_ = nullptr;
    std::uint32_t index_ = 0;
  };

  document();
  ~document();
  document(const document&) = delete;
  document& operator=(const document&) = delete;

  /// False if the body is malformed or nested deeper than 64. An empty body reads as an empty map.
  bool parse_json(std::string_view body);
  bool parse_cbor(std::string_view body);

  value root() const noexcept { return nodes_.empty() ? value() : value(this, 0); }

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  struct node {
    std::string_view name;
    std::string_view text;     // of text and bytes
    std::int64_t integer = 0;  // also of boolean, and the number of children
    double real = 0;
    std::uint32_t next = none;
    kind what = kind::null;
  };
  struct json;
  struct builder;

  const node* at(const value& v) const noexcept;

  std::vector<node> nodes_;  // in depth-first order: the first child stands right behind its parent
  std::deque<std::string> joined_;  // texts that came in chunks
  std::unique_ptr<json> json_;
};

}  // namespace tidewire::aws
