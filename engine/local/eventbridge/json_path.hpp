#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

/// The JSON paths that EventBridge targets may use: `$`, `$.detail.after.id`, `$.resources[0]`,
/// `$.detail.rows[*].id`.
class json_path {
 public:
  /// Nothing: not a path of this kind.
  static std::optional<json_path> read(std::string_view text);

  /// The value at the path as JSON text, just as it stands in `json`; several (of a `*`) as an
  /// array. Nothing: there is none.
  std::optional<std::string> extract(std::string_view json) const;

 private:
  struct step {
    enum class kind { name, index, any } what = kind::name;
    std::string name;
    std::size_t index = 0;
  };
  std::vector<step> steps_;

  friend class path_search;
};

}  // namespace tidewire::local
