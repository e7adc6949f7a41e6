#pragma once

#include "local/call/service.hpp"
#include "local/call/text_pattern.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::local {

/// Takes members out of a call's input and collects what is wrong with them, worded as AWS words
/// it: `2 validation errors detected: Value null at 'shardId' failed to satisfy constraint: Member
/// must not be null; Value …`.
class input_reader {
 public:
  using pattern = text_pattern;
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

  struct list_rule {
    bool required = false;
    std::size_t count_min = 0;
    std::size_t count_max = std::numeric_limits<std::size_t>::max();
    std::string_view element = {};  // what AWS calls a structure in the list
  };
  /// Each text of a list, or each key of a map.
  struct element_rule {
    std::size_t length_min = 0;
    std::size_t length_max = std::numeric_limits<std::size_t>::max();
    pattern shape = pattern::any;
  };

  /// \param path where the structure stands in the call, `targets.1.member`; empty for the call
  /// itself.
  explicit input_reader(const boost::json::object& input, std::string path = {})
      : input_(input), path_(std::move(path)) {}

  std::optional<std::string_view> text(std::string_view name, const text_rule& rule);
  std::optional<std::int64_t> number(std::string_view name, const number_rule& rule);
  /// Seconds since 1970 with their fraction.
  std::optional<double> seconds(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  const boost::json::object* object(std::string_view name, bool required = false);
  const boost::json::array* array(std::string_view name, const list_rule& rule);
  /// A list of texts.
  const boost::json::array* texts(std::string_view name,
                                  const list_rule& rule,
                                  const element_rule& each);
  /// A map from text to text.
  const boost::json::object* text_map(std::string_view name,
                                      const list_rule& rule,
                                      const element_rule& keys,
                                      const element_rule& values);
  /// A reader of the structure `name`, which is in this one; what it finds wrong is for add().
  std::optional<input_reader> inside(std::string_view name, bool required = false);
  /// A reader of the element of the list `name` at `index`; nothing if it is no structure.
  std::optional<input_reader> element(std::string_view name,
                                      const boost::json::array& list,
                                      std::size_t index);
  /// Takes over what an inner reader found wrong.
  void add(const input_reader& inner);

  void refuse(std::string violation) { violations_.push_back(std::move(violation)); }
  /// Nothing if everything that was read was fine.
  std::optional<api_error> problem() const;

 private:
  const boost::json::value* find(std::string_view name, bool required);
  /// False, and a serialization problem, if the value is of another type.
  bool is(const boost::json::value& value, member_type wanted);
  std::string at(std::string_view name) const;
  void check_count(std::string_view name,
                   std::size_t count,
                   const std::string& shown,
                   const list_rule& rule);
  void check_each(std::string_view name,
                  const std::string& shown,
                  std::string_view each_is,
                  std::span<const std::string_view> texts,
                  const element_rule& rule);

  const boost::json::object& input_;
  std::string path_;
  std::vector<std::string> violations_;
  std::string serialization_problem_;
};

/// The number of Unicode characters in UTF-8 text.
std::size_t character_count(std::string_view utf8) noexcept;

/// `Value 'x' at 'streamName' failed to satisfy constraint: …`; the member is written as AWS does,
/// with a small first letter.
std::string violation(std::string_view value, std::string_view member, std::string_view constraint);
std::string null_violation(std::string_view member);

}  // namespace tidewire::local
