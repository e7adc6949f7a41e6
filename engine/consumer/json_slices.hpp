#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::consumer {

/// The members of a JSON object as they stand in its text, so that every byte of a number or a
/// string is kept. The views point into the object's text.
using members = std::vector<std::pair<std::string_view, std::string_view>>;

/// Cuts objects that are known to be valid JSON.
class json_slicer {
 public:
  /// \param object text of a JSON object; names must not be written with escapes to be found.
  members cut(std::string_view object);

 private:
  simdjson::ondemand::parser parser_;
  std::string padded_;
};

/// The text of a member; nothing of that name is the empty text.
std::string_view member_of(const members& all, std::string_view name) noexcept;

}  // namespace tidewire::consumer
