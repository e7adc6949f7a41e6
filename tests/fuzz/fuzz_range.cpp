#include "fuzz/any_columns.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace {

using namespace tidewire;
using namespace tidewire::fuzz;

const std::vector<any_type> ranges = {{3904, "int4range", 'r'},
                                      {3906, "numrange", 'r'},
                                      {3908, "tsrange", 'r'},
                                      {3910, "tstzrange", 'r'},
                                      {3912, "daterange", 'r'},
                                      {3926, "int8range", 'r'},
                                      {4451, "int4multirange", 'm'},
                                      {3905, "_int4range", 'b', 3904},
                                      {3911, "_tstzrange", 'b', 3910},
                                      {6150, "_int4multirange", 'b', 4451},
                                      {90000, "of_users", 'r'},
                                      {90001, "_of_users", 'b', 90000}};

}  // namespace

/// Any text as a range, a multirange, and an array of them, in the stream and in a snapshot.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::array<any_columns, 3> tables{
      any_columns{ranges, {}, event::origin::stream},
      any_columns{ranges, unknown_types(event::binary_mode::bytes), event::origin::snapshot},
      any_columns{ranges, unknown_types(event::binary_mode::hex), event::origin::stream}};
  for (any_columns& table : tables) table.check({reinterpret_cast<const char*>(data), size});
  return 0;
}
