#include "fuzz/any_columns.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace {

using namespace tidewire;
using namespace tidewire::fuzz;

/// Debezium does not know composite types, so they come as bytes or not at all; enumerations stand
/// beside them since they, too, are types of users, of any text.
const std::vector<any_type> composites = {{90000, "address", 'c'},
                                          {90001, "_address", 'b', 90000},
                                          {90002, "mood", 'e'},
                                          {90003, "_mood", 'b', 90002},
                                          {2249, "record", 'p'},
                                          {600, "point", 'b'},
                                          {604, "polygon", 'b'},
                                          {602, "path", 'b'},
                                          {1020, "_box", 'b', 603}};

}  // namespace

/// Any text as a row type, an enumeration, a shape, and arrays of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::array<any_columns, 4> tables{
      any_columns{composites, {}, event::origin::stream},
      any_columns{composites, unknown_types(event::binary_mode::base64), event::origin::snapshot},
      any_columns{
          composites, unknown_types(event::binary_mode::base64_url_safe), event::origin::stream},
      any_columns{composites, unknown_types(event::binary_mode::hex), event::origin::stream}};
  for (any_columns& table : tables) table.check({reinterpret_cast<const char*>(data), size});
  return 0;
}
