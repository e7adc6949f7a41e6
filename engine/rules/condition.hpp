#pragma once

#include "rules/caseless_text.hpp"
#include "rules/ip_address.hpp"
#include "rules/wildcard.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidewire::rules {

enum class value_kind : std::uint8_t { string, number, literal_true, literal_false, literal_null };

/// One leaf of an event. The text lives as long as the event's text, or as the collection it is
/// part of.
struct leaf_value {
  value_kind kind = value_kind::literal_null;
  std::string_view text;         // of a string, with escapes resolved; of a number, as written
  std::optional<double> number;  // of a number that can be compared by its value
};

// What a single value must be. Each answers for every kind of value; those about text see strings
// only.

struct is_text {
  std::string text;
  bool accepts(const leaf_value& v) const noexcept {
    return v.kind == value_kind::string && v.text == text;
  }
};

struct is_literal {
  value_kind kind;
  bool accepts(const leaf_value& v) const noexcept { return v.kind == kind; }
};

/// By value where both can be compared so, else by text.
struct is_number {
  std::optional<double> number;
  std::string text;
  bool accepts(const leaf_value& v) const noexcept {
    if (v.kind != value_kind::number) return false;
    return number && v.number ? *number == *v.number : text == v.text;
  }
};

struct is_in_range {
  std::optional<double> bottom;
  std::optional<double> top;
  bool above_bottom = false;  // > rather than >=
  bool below_top = false;     // < rather than <=
  bool accepts(const leaf_value& v) const noexcept {
    if (v.kind != value_kind::number || !v.number) return false;
    const double n = *v.number;
    if (bottom && (above_bottom ? n <= *bottom : n < *bottom)) return false;
    return !(top && (below_top ? n >= *top : n > *top));
  }
};

struct is_address_in {
  ip_range range;
  bool accepts(const leaf_value& v) const {
    if (v.kind != value_kind::string) return false;
    const auto address = read_ip_address(v.text);
    return address && range.contains(*address);
  }
};

struct has_prefix {
  std::string prefix;
  bool accepts(const leaf_value& v) const noexcept {
    return v.kind == value_kind::string && v.text.starts_with(prefix);
  }
};

struct has_suffix {
  std::string suffix;
  bool accepts(const leaf_value& v) const noexcept {
    return v.kind == value_kind::string && v.text.ends_with(suffix);
  }
};

struct equals_ignoring_case {
  caseless_text text;
  bool accepts(const leaf_value& v) const noexcept {
    return v.kind == value_kind::string && text.equals(v.text);
  }
};

struct has_prefix_ignoring_case {
  caseless_text text;
  bool accepts(const leaf_value& v) const noexcept {
    return v.kind == value_kind::string && text.is_prefix_of(v.text);
  }
};

struct has_suffix_ignoring_case {
  caseless_text text;
  bool accepts(const leaf_value& v) const noexcept {
    return v.kind == value_kind::string && text.is_suffix_of(v.text);
  }
};

struct matches_wildcard {
  wildcard glob;
  bool accepts(const leaf_value& v) const noexcept {
    return v.kind == value_kind::string && glob.matches(v.text);
  }
};

struct is_present {
  bool accepts(const leaf_value&) const noexcept { return true; }
};

using single_condition = std::variant<is_text,
                                      is_literal,
                                      is_number,
                                      is_in_range,
                                      is_address_in,
                                      has_prefix,
                                      has_suffix,
                                      equals_ignoring_case,
                                      has_prefix_ignoring_case,
                                      has_suffix_ignoring_case,
                                      matches_wildcard,
                                      is_present>;

bool accepts(const single_condition& condition, const leaf_value& value);

/// One entry of a field's array: a condition, or (`anything-but`) a list of which none may be met.
struct condition {
  std::vector<single_condition> of;
  bool negated = false;
};

/// What a field's array says: any of its entries will do.
struct field_conditions {
  std::vector<condition> any_of;
  bool may_be_absent = false;  // `exists: false` is one of them

  bool accepts(const leaf_value& value) const;
};

}  // namespace tidewire::rules
