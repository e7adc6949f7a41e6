#pragma once

#include "base/byte_buffer.hpp"

namespace tidewire::event {

/// Appends the number as Double.toString of the Java that Debezium 2.5 runs on (before 19) prints
/// it (3.14, 1.0E10, 1.0E-5, 4.9E-324): the shortest digits that give the number back, of whole
/// numbers below 2^63 all that its bits can tell; plain from 10^-3 up to 10^7, else with an
/// exponent. NaN and the infinities become the JSON strings "NaN", "Infinity", "-Infinity", since
/// JSON has no literal for them.
void append_java_double(byte_buffer& out, double value);
/// The same as Float.toString, whose shortest digits are those that tell floats apart.
void append_java_float(byte_buffer& out, float value);

/// Without the quotes around NaN and the infinities: what Java makes of them inside a longer text.
void append_java_double_text(byte_buffer& out, double value);

}  // namespace tidewire::event
