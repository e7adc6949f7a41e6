#include "relay/checkpoint.hpp"
#include "relay/entry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

namespace {

tidewire::relay::entry_maker maker(tidewire::relay::detail_form form) {
  return tidewire::relay::entry_maker(
      {.stream = "s", .bus = "b", .detail_type = "t", .source = "s", .detail = form});
}

}  // namespace

/// Any bytes as a record and as a checkpoint: what is made an entry is a JSON object, what is read
/// back writes the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire::relay;
  static std::array<entry_maker, 3> makers{
      maker(detail_form::full), maker(detail_form::payload), maker(detail_form::unwrapped)};
  static entry_maker again = maker(detail_form::full);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (auto& make : makers) {
    const auto verdict = make.make(bytes);
    if (const auto* made = std::get_if<made_entry>(&verdict))
      if (!std::holds_alternative<made_entry>(again.make(made->detail))) __builtin_trap();
  }
  if (const auto read = read_checkpoint(bytes);
      read && read_checkpoint(write_checkpoint(*read)).value() != *read)
    __builtin_trap();
  return 0;
}
