#pragma once

#include "rules/pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tidewire::relay {

/// What of the event becomes the entry's Detail.
enum class detail_form {
  full,       // the record as it is, with its schema
  payload,    // the payload member alone; an event without schema is one already
  unwrapped,  // the row: `after`, and for a delete `before` with "__deleted":true; no schema
};

/// How the records of one stream become entries.
struct entry_options {
  std::string stream;
  std::string bus;          // name or ARN
  std::string detail_type;  // 1 to 128 characters
  std::string source;       // default: the stream's name
  detail_form detail = detail_form::full;
  std::optional<rules::pattern> filter;     // over the whole event as it was read
  std::size_t entry_bytes_max = 1'000'000;  // a larger entry is a dead letter
};

/// Nobody is to have this record: a tombstone, an event that the filter leaves out, a truncate or
/// message where rows are wanted.
enum class left_out { tombstone, by_filter, not_a_row };

/// It can never become an entry.
struct unfit {
  std::string reason;
};

struct made_entry {
  std::string detail;
  std::size_t size = 0;  // as PutEvents counts it
};

using entry_verdict = std::variant<made_entry, left_out, unfit>;

/// Turns record after record into entries; keeps its parser's memory from one to the next.
class entry_maker {
 public:
  explicit entry_maker(entry_options how);
  ~entry_maker();
  entry_maker(entry_maker&&) noexcept;
  entry_maker& operator=(entry_maker&&) noexcept;

  const entry_options& options() const noexcept { return options_; }

  /// \param data the record's bytes; only read during the call.
  entry_verdict make(std::string_view data);

 private:
  struct parser;
  entry_options options_;
  std::unique_ptr<parser> parser_;
};

}  // namespace tidewire::relay
