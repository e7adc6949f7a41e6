#pragma once

#include "transform/schema.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::transform {

/// A value of Kafka Connect. Only structs are taken apart; all else stays the JSON text that it was
/// read from, so that its bytes survive.
struct value {
  enum class kind : std::uint8_t { null, leaf, structure };

  kind is = kind::null;
  std::string_view text;       // of a leaf: JSON, valid as long as the record is worked on
  std::vector<value> members;  // of a struct: one for each field of its schema

  bool null() const noexcept { return is == kind::null; }
  bool leaf() const noexcept { return is == kind::leaf; }
  bool structure() const noexcept { return is == kind::structure; }

  static value of(std::string_view json) { return {.is = kind::leaf, .text = json, .members = {}}; }
  static value made_of(std::vector<value> all) {
    return {.is = kind::structure, .text = {}, .members = std::move(all)};
  }
};

/// A record's key or value. A tombstone's value has neither schema nor content; content without a
/// schema is a leaf.
struct part {
  schema_ptr shape;
  value content;

  bool absent() const noexcept { return !shape && content.null(); }
  bool structure() const noexcept { return shape && content.structure(); }
  /// The member of that name; null where there is none.
  const value* member(std::string_view name) const noexcept {
    if (!structure()) return nullptr;
    const auto at = shape->find(name);
    return at ? &content.members[*at] : nullptr;
  }
};

/// Keeps the texts that transforms make, until the next record.
class text_store {
 public:
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  void clear() noexcept { kept_.clear(); }

 private:
  std::deque<std::string> kept_;
};

enum class outcome : std::uint8_t {
  kept,
  dropped,
  failed,  // the record cannot be transformed; record.trouble says why
};

/// What Kafka Connect calls a source record.
struct record {
  explicit record(text_store& store) : texts(&store) {}

  std::string topic;
  part key;
  part value;
  std::optional<std::int64_t> timestamp_ms;  // Debezium's own records have none
  std::vector<std::string> headers;  // their names: Kinesis has no headers, but a predicate may ask
  std::string trouble;
  text_store* texts;

  outcome fail(std::string why) {
    trouble = std::move(why);
    return outcome::failed;
  }
  bool has_header(std::string_view name) const {
    return std::ranges::find(headers, name) != headers.end();
  }
};

/// The `$Key` or `$Value` of a transform's class.
enum class side : std::uint8_t { key, value };

inline part& part_of(record& r, side which) noexcept {
  return which == side::key ? r.key : r.value;
}

/// Whether the record's value is a change of a row: before, after, source, op.
inline bool is_envelope(const record& r) {
  return r.value.structure() && r.value.shape->name.ends_with(".Envelope");
}

}  // namespace tidewire::transform
