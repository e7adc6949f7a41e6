#include "debezium/java_map.hpp"
#include "debezium/position_file.hpp"
#include "debezium/resume_point.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace tidewire::debezium;

namespace {

/// What was read comes back as it was, when it is written and read again.
void check_map(std::string_view bytes) {
  const auto map = read_java_map(bytes);
  if (!map) return;
  const auto again = read_java_map(write_java_map(*map));
  if (!again || *again != *map) __builtin_trap();
}

void check_position(std::string_view json) {
  const auto position = read_position(json);
  if (!position) return;
  const auto written = make_entry({.connector = "kinesis", .server = "tide"}, *position);
  const auto again = read_position(*written.value_text);
  if (!again) __builtin_trap();
  const resume_point from = resume_from(*position);
  if (from != resume_from(*again)) __builtin_trap();
  if (!from.snapshot_completed && (from.position || from.within_after)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_map(bytes);
  check_position(bytes);
  const auto entries = read_position_file(bytes);
  if (!entries) return 0;
  for (const auto& entry : *entries)
    if (entry.value_text) check_position(*entry.value_text);
  const auto again = read_position_file(write_position_file(*entries));
  if (!again || *again != *entries) __builtin_trap();
  return 0;
}
