#include "signals/progress.hpp"
#include "signals/signal.hpp"
#include "signals/table_choice.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace tidewire;
using namespace tidewire::signals;

void obey(const message& m) {
  const request asked = read(m);
  if (const auto* none = std::get_if<ignored>(&asked); none != nullptr && none->why.empty())
    __builtin_trap();
  const auto* start = std::get_if<start_snapshot>(&asked);
  if (start == nullptr) return;
  const std::vector<postgres::table_name> known = {{"public", "orders"}, {"inventory", "products"}};
  for (const auto& table : choose_tables(start->tables, known))
    static_cast<void>(
        statement_of(filter_of(start->conditions, table.schema + "." + table.name), table));
  static_cast<void>(wants_table(start->tables, "public.orders"));
}

}  // namespace

/// Any line of the signal file, any data of a signal's row, and any state of an incremental
/// snapshot: obeyed or ignored with a reason; a state that was read writes itself the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto line = read_line(text);
  if (const auto* m = std::get_if<message>(&line)) obey(*m);
  for (const char* type : {"execute-snapshot", "stop-snapshot", "pause-snapshot", "log"})
    obey({.id = "1", .type = type, .data = text});
  const auto state = progress::from_json(text);
  if (!state) return 0;
  const std::string once = state->to_json();
  const auto again = progress::from_json(once);
  if (!again || again->to_json() != once) __builtin_trap();
  return 0;
}
