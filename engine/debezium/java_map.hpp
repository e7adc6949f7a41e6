#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::debezium {

/// One entry of a Java `HashMap<byte[], byte[]>`; nothing stands for Java's null.
struct java_entry {
  std::optional<std::string> key;
  std::optional<std::string> value;

  bool operator==(const java_entry&) const = default;
};

/// Reads such a map as `java.io.ObjectOutputStream` writes it, and nothing else.
/// \errors errc::not_java, not_a_map, not_bytes, truncated, trailing_bytes.
/// Source: "Java Object Serialization Specification", chapter 6, and HashMap's serialised form.
result<std::vector<java_entry>> read_java_map(std::string_view bytes);

/// The same bytes that Java would write for a map with these entries in this order.
std::string write_java_map(const std::vector<java_entry>& entries);

}  // namespace tidewire::debezium
