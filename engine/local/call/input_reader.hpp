#pragma once

#include "local/call/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

/// Takes members out of a call's input and collects what is wrong with them, worded as AWS words
/// it: `2 validation errors detected: Value null at 'shardId' failed to satisfy constraint: Member
/// must not be null; Value …`.
class input_reader {
 public:
  enum class pattern { any, name, decimal };
  struct text_rule {
    bool required = false;
    std::size_t length_min = 0;  // in characters
    std::size_t length_max = std::numeric_limits<std::size_t>::max();
    pattern shape = pattern::any;
    std::initializer_list<std::string_view> one_of = {};
  };
  struct number_rule {
    bool required = false;
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
  };

  explicit input_reader(const boost::json::object& input) noexcept : input_(input) {}

  std::optional<std::string_view> text(std::string_view name, const text_rule& rule);
  std::optional<std::int64_t> number(std::string_view name, const number_rule& rule);
  /// Seconds since 1970 with their fraction.
  std::optional<double> seconds(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  const boost::json::object* object(std::string_view name, bool required = false);
  const boost::json::array* array(std::string_view name, bool required = false);

  void refuse(std::string violation) { violations_.push_back(std::move(violation)); }
  /// Nothing if everything that was read was fine.
  std::optional<api_error> problem() const;

 private:
  const boost::json::value* find(std::string_view name, bool required);
  void wrong_type(std::string_view name, std::string_view wanted);

  const boost::json::object& input_;
  std::vector<std::string> violations_;
  std::string serialization_problem_;
};

/// The number of Unicode characters in UTF-8 text.
std::size_t character_count(std::string_view utf8) noexcept;
/// `[a-zA-Z0-9_.-]+`
bool is_name(std::string_view text) noexcept;
/// `0|([1-9]\d*)`
bool is_decimal(std::string_view text) noexcept;

/// `Value 'x' at 'streamName' failed to satisfy constraint: …`; the member is written as AWS does,
/// with a small first letter.
std::string violation(std::string_view value, std::string_view member, std::string_view constraint);
std::string null_violation(std::string_view member);

}  // namespace tidewire::local
