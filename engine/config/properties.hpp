#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::config {

/// One entry of a properties file, unescaped, as UTF-8.
struct property_entry {
  std::string name;
  std::string text;
  std::size_t line = 0;  // where the entry begins; the first line is 1

  bool operator==(const property_entry&) const = default;
};

/// Something that java.util.Properties would not load.
struct property_fault {
  std::size_t line = 0;
  std::string message;
};

struct property_file {
  std::vector<property_entry>
      entries;  // in the file's order, repeated names included: the last one counts
  std::vector<property_fault> faults;
};

/// Reads the whole of Java's properties syntax (java.util.Properties.load(Reader)):
/// ```
///   # remark            ! remark             name=text   name:text   name text   name
///   name = a long \     an odd number of backslashes before the line's end goes on with the next
///   line,
///          text         whose leading white space is dropped
///   \t \n \r \f \uXXXX (surrogate pairs too) in names and texts; a backslash before anything else
///   is dropped
/// ```
/// Lines end in LF, CR or CRLF. White space behind a text belongs to it, as in Java. Never fails as
/// a whole: what cannot be read is in `faults`, so that a user sees every problem at once.
property_file read_properties(std::string_view text);

}  // namespace tidewire::config
