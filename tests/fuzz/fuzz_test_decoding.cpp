#include "ledger/arrival.hpp"
#include "ledger/test_decoding.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever the line is, the parser ends, and what it reads is no longer than the line. Seeds:
// corpus/test_decoding. The same bytes go to the reader of arrivals.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire::ledger;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto line = parse_test_decoding(text)) {
    std::size_t total = 0;
    for (const auto& [schema, table] : line->tables) total += schema.size() + table.size();
    for (const auto& row : {line->old_key, line->row})
      for (const auto& column : row)
        total += column.name.size() + column.type.size() + column.text.size();
    if (total > size) std::abort();
  }
  static arrival_reader events;
  (void)events.read(text);
  return 0;
}
