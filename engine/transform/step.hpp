#pragma once

#include "transform/record.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::transform {

/// One single message transform. Keeps caches, hence not const; for one thread.
class step {
 public:
  virtual ~step() = default;
  virtual outcome apply(record& r) = 0;
  /// False: it looks at topic and headers only, so that key and value need not be read.
  virtual bool needs_content() const noexcept { return true; }
};

class predicate {
 public:
  virtual ~predicate() = default;
  virtual bool test(const record& r) const = 0;
};

/// What the user wrote for one transform or predicate.
struct definition {
  std::string name;    // `unwrap`
  std::string prefix;  // `debezium.transforms.unwrap.`, for messages
  std::string class_name;
  std::vector<std::pair<std::string, std::string>>
      options;            // without the prefix; type, predicate and negate are not among them
  std::string predicate;  // of a transform: the name of one; empty: none
  bool negate = false;
};

/// tidewire.filter.<name>.pattern
struct event_filter {
  std::string name;
  std::string property;  // the full name, for messages
  std::string pattern;   // of the EventBridge language, over the event without its schema
};

/// The options of a definition, read with their defaults. All throw startup_error with the
/// property's name.
class step_options {
 public:
  explicit step_options(const definition& of) : of_(&of) {}

  bool has(std::string_view option) const;
  std::string text(std::string_view option, std::string_view initial = {}) const;
  /// \throws startup_error where it is not set, or empty.
  std::string required(std::string_view option) const;
  bool flag(std::string_view option, bool initial) const;
  /// Comma-separated, trimmed; empty elements are left out.
  std::vector<std::string> list(std::string_view option) const;
  /// One of `allowed`, in any case; returned as it is spelt there.
  std::string choice(std::string_view option,
                     std::string_view initial,
                     const std::vector<std::string_view>& allowed) const;

  /// The full name of an option, for messages.
  std::string name_of(std::string_view option) const { return of_->prefix + std::string(option); }
  [[noreturn]] void refuse(std::string_view option, std::string_view why) const;

 private:
  const definition* of_;
};

/// The classes, each made in the file of its name. `which` is the class's $Key or $Value.
std::unique_ptr<step> make_extract_new_record_state(const step_options& options);
std::unique_ptr<step> make_extract_changed_record_state(const step_options& options);
std::unique_ptr<step> make_partition_routing(const step_options& options);
std::unique_ptr<step> make_timezone_converter(const step_options& options);
std::unique_ptr<step> make_by_logical_table_router(const step_options& options);
std::unique_ptr<step> make_event_router(const step_options& options);
std::unique_ptr<step> make_regex_router(const step_options& options);
std::unique_ptr<step> make_timestamp_router(const step_options& options);
std::unique_ptr<step> make_insert_field(const step_options& options, side which);
std::unique_ptr<step> make_replace_field(const step_options& options, side which);
std::unique_ptr<step> make_mask_field(const step_options& options, side which);
std::unique_ptr<step> make_timestamp_converter(const step_options& options, side which);
std::unique_ptr<step> make_value_to_key(const step_options& options);
std::unique_ptr<step> make_hoist_field(const step_options& options, side which);
std::unique_ptr<step> make_extract_field(const step_options& options, side which);
std::unique_ptr<step> make_cast(const step_options& options, side which);
std::unique_ptr<step> make_flatten(const step_options& options, side which);
std::unique_ptr<step> make_set_schema_metadata(const step_options& options, side which);
std::unique_ptr<step> make_drop_headers(const step_options& options);
std::unique_ptr<step> make_insert_header(const step_options& options);
std::unique_ptr<step> make_header_from(const step_options& options, side which);
std::unique_ptr<step> make_filter(const step_options& options);

/// \throws startup_error for a pattern that is none.
std::unique_ptr<step> make_pattern_filter(const event_filter& from);

std::unique_ptr<predicate> make_topic_name_matches(const step_options& options);
std::unique_ptr<predicate> make_has_header_key(const step_options& options);
std::unique_ptr<predicate> make_record_is_tombstone(const step_options& options);

}  // namespace tidewire::transform
