#pragma once

#include "base/regex_list.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {

enum class mask_kind : std::uint8_t {
  truncate,   // column.truncate.to.N.chars
  asterisks,  // column.mask.with.N.chars
  hash,       // column.mask.hash.<algorithm>.with.salt.<salt>
  hash_v2,    // column.mask.hash.v2.<algorithm>.with.salt.<salt>
};

/// One property that hides or cuts the values of columns.
struct mask_rule {
  mask_kind kind = mask_kind::asterisks;
  regex_list columns;      // schema.table.column
  std::size_t length = 0;  // of truncate (UTF-16 code units, as Java counts) and asterisks
  std::string algorithm;   // of the hashes
  std::string salt;        // never shown
};

/// All of them. Of several for one column only one counts: first those that truncate, then
/// asterisks, then hashes.
class mask_rules {
 public:
  mask_rules() = default;
  explicit mask_rules(std::vector<mask_rule> rules);

  const mask_rule* find(std::string_view column) const;

 private:
  std::vector<mask_rule> rules_;
};

}  // namespace tidewire::event
