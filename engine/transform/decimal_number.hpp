#pragma once

#include "transform/record.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::transform {

constexpr std::string_view decimal_name = "org.apache.kafka.connect.data.Decimal";
constexpr std::string_view date_name = "org.apache.kafka.connect.data.Date";
constexpr std::string_view time_name = "org.apache.kafka.connect.data.Time";
constexpr std::string_view timestamp_name = "org.apache.kafka.connect.data.Timestamp";

/// The digits of a Decimal, plain, with its fraction: `-12.340`. `json` is base64 of the unscaled
/// value, or a number where debezium.format.*.decimal.format=NUMERIC. Nothing where it is neither.
std::optional<std::string> decimal_digits(const schema& shape, std::string_view json);

}  // namespace tidewire::transform
