#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::aws {

/// The syntax of ~/.aws/config and ~/.aws/credentials, read leniently as the SDKs do: a line that
/// is none of these is passed over.
///
///     # or ; begins a comment, also after a blank behind a value
///     [profile name]        a section; the same name again goes on with it
///     key = value           keys in any case; the last one counts
///       more                indented below a value: a further line of it
///     s3 =
///       key = value         indented below an empty value: becomes `s3.key`
class ini_file {
 public:
  struct section {
    std::string name;  // as written between the brackets, white space folded, quotes taken off
    std::vector<std::pair<std::string, std::string>> properties;  // keys in lower case

    /// Null where it is not set.
    const std::string* find(std::string_view key) const noexcept;
  };

  static ini_file parse(std::string_view text);

  const section* find(std::string_view name) const noexcept;
  const std::vector<section>& sections() const noexcept { return sections_; }

 private:
  section& section_named(std::string name);

  std::vector<section> sections_;
};

}  // namespace tidewire::aws
