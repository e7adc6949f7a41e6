#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::config {

enum class value_type {
  text,
  flag,
  integer,
  duration,     // a number of milliseconds, or `500ms`, `20s`, `5m`, `1h`
  bytes,        // a number, or `64MiB`
  choice,       // one of `allowed`, in any case
  choice_list,  // a comma-separated list of `allowed`
  list,         // comma-separated
  regex_list,   // comma-separated expressions, each for a whole name in any case (regex_list.hpp)
  password,     // never shown
  class_name,   // of a Java class; only those named in the table mean something here
};

/// What becomes of a property that a user sets.
enum class support {
  honoured,  // works as in Debezium
  harmless,  // accepted, has no effect here, and needs none
  not_yet,  // has an effect in Debezium and none here; nothing is lost or leaked by that: a warning
            // at the start
  refused,  // the program does not start, since going on without it would send other data than the
            // user asked for
};

/// A value that has a class of its own, whatever the property's is.
struct value_note {
  std::string_view value;
  support how = support::refused;
  std::string_view remark;
};

/// Another name for a value: what the user writes, and what it is read as.
struct value_alias {
  std::string_view written;
  std::string_view meant;
};

/// One row of the table that the parser, `tidewire check` and docs/configuration.md are made of.
/// A property whose value is its default is never warned about or refused.
struct property {
  std::string_view name;  // `<word>` stands for any text, `<number>` for digits
  value_type type = value_type::text;
  std::optional<std::string_view> initial{};  // the default; nothing where there is none
  std::vector<std::string_view> allowed{};    // of choices, as they are handed out
  std::int64_t lowest =
      std::numeric_limits<std::int64_t>::min();  // of numbers, milliseconds and bytes
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  bool required = false;  // for `run`
  support how = support::honoured;
  std::string_view meaning{};  // one sentence
  std::string_view remark{};   // where it is not honoured: what happens instead, or what to do
  std::vector<value_note> values{};
  std::vector<value_alias> aliases{};

  bool is_pattern() const noexcept { return name.find('<') != std::string_view::npos; }
};

/// All that is known, family by family; within a family in the order of the document.
struct property_family {
  std::string_view title;
  std::string_view remark;
  std::vector<property> properties;
};
const std::vector<property_family>& property_families();

/// The row for a full name: the one of that very name, else the pattern with the most letters of
/// its own that fits. Nothing for an unknown name. The row lives as long as the program.
const property* find_property(std::string_view name);

/// Whether `name` fits a pattern such as `debezium.source.column.mask.with.<number>.chars`.
bool fits_pattern(std::string_view pattern, std::string_view name) noexcept;

/// Whether the value of a property must not be shown: by its type, or by a name such as `…password`
/// or `…secret`.
bool is_secret(std::string_view name);
/// The name as it may be shown: the salt of column.mask.hash is part of the property's name.
std::string shown_name(std::string_view name);
/// The value as it may be shown: `******` for secrets.
std::string shown_value(std::string_view name, std::string_view value);

/// The families' tables, each in its own file.
property_family connection_properties();
property_family replication_properties();
property_family capture_properties();
property_family event_properties();
property_family snapshot_properties();
property_family engine_properties();
property_family debezium_3_properties();
property_family former_properties();
property_family format_properties();
property_family sink_properties();
property_family runtime_properties();
property_family tidewire_properties();
property_family relay_properties();

}  // namespace tidewire::config
