#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidewire::transform {

/// Kafka Connect's types, without a word of Java.
enum class type : std::uint8_t {
  int8,
  int16,
  int32,
  int64,
  float32,
  float64,
  boolean,
  string,
  bytes,
  array,
  map,
  structure
};

struct schema;
using schema_ptr = std::shared_ptr<const schema>;

struct field {
  field(std::string called, schema_ptr of);

  std::string name;
  std::string quoted;  // as it stands in a JSON object: `"name":`
  schema_ptr shape;
};

/// A text that is made when it is first asked for. A copy begins without it, since a copy is made
/// to be changed.
class late_text {
 public:
  late_text() = default;
  late_text(const late_text& /*other*/) noexcept {}
  late_text(late_text&& /*other*/) noexcept {}
  late_text& operator=(const late_text& /*other*/) noexcept { return forget(); }
  late_text& operator=(late_text&& /*other*/) noexcept { return forget(); }

  std::string made;

 private:
  late_text& forget() noexcept {
    made.clear();
    return *this;
  }
};

/// A schema of Kafka Connect as its JSON converter writes it. Immutable once it is shared:
/// transforms derive new ones.
struct schema {
  type kind = type::structure;
  bool optional = false;
  std::string name;  // of a struct or logical type; empty: none
  std::optional<std::int64_t> version;
  std::optional<std::string> doc;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string initial;        // the default, as JSON; empty: none
  std::vector<field> fields;  // of a struct
  schema_ptr keys;            // of a map
  schema_ptr elements;        // of an array or map

  /// As JSON, rendered when it is first asked for; for one thread.
  const std::string& text() const;
  std::optional<std::size_t> find(std::string_view field_name) const noexcept;
  std::string_view parameter(std::string_view called) const noexcept;  // empty: none

 private:
  mutable late_text text_;
};

/// `int32`, `float64`, `struct`; as Connect's Schema.Type spells it in small letters.
std::string_view name_of(type kind) noexcept;

schema_ptr plain(type kind, bool optional);
/// A logical type of version 1.
schema_ptr logical(type kind, bool optional, std::string_view name);
/// Name, version, doc and parameters, for a struct without its fields: SchemaUtil.copySchemaBasics.
schema basics_of(const schema& from);
inline schema_ptr shared(schema made) {
  return std::make_shared<const schema>(std::move(made));
}

/// What a transform made of a schema, so that it is made once. Holds on to both, so that addresses
/// stay what they are.
class derived_schemas {
 public:
  template <class Make>
  const schema_ptr& of(const schema_ptr& from, const Make& make) {
    if (const auto found = made_.find(from.get()); found != made_.end()) return found->second.to;
    if (made_.size() >= count_max) made_.clear();
    return made_.emplace(from.get(), pair{from, make(*from)}).first->second.to;
  }

 private:
  struct pair {
    schema_ptr from;
    schema_ptr to;
  };
  static constexpr std::size_t count_max =
      1000;  // more than tables with a shape of their own; a bound, not a tuning
  std::unordered_map<const schema*, pair> made_;
};

}  // namespace tidewire::transform
