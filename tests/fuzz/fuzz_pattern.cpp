#include "rules/pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// A pattern and an event, parted by the first byte of value 1, which neither may hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tidewire::rules::pattern;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto middle = bytes.find('\x01');
  const std::string_view text = bytes.substr(0, middle);
  const std::string_view event =
      middle == std::string_view::npos ? std::string_view{} : bytes.substr(middle + 1);

  const auto compiled = pattern::compile(text);
  if (!compiled) {
    if (!compiled.error().message.starts_with("Event pattern is not valid. Reason: "))
      __builtin_trap();
    return 0;
  }
  const bool first = compiled->matches(event);
  // The answer depends on nothing that the last event left behind.
  if (compiled->matches(text)) (void)compiled->matches("{}");
  if (compiled->matches(event) != first) __builtin_trap();
  return 0;
}
