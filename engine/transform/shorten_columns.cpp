#include "transform/shorten_columns.hpp"

#include "transform/json_scan.hpp"

#include <algorithm>
#include <vector>

namespace tidewire::transform {
namespace {

/// Calls `each(name literal, value)` for the members of an object; nothing where it is none.
template <class Each>
void each_member(std::string_view object, const Each& each) {
  json_scan in(object);
  if (!in.take('{')) return;
  while (!in.done() && in.peek() == '"') {
    const auto name = in.value();
    if (!in.take(':')) return;
    const auto value = in.value();
    if (value.empty()) return;
    each(name, value);
    if (!in.take(',')) return;
  }
}

std::string_view member(std::string_view object, std::string_view quoted_name) {
  std::string_view found;
  each_member(object, [&](std::string_view name, std::string_view value) {
    if (name == quoted_name) found = value;
  });
  return found;
}

/// The bytes that the character at `at` of a JSON string takes; a pair of surrogates is one.
std::size_t character_size(std::string_view text, std::size_t at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead == '\\') {
    if (text.substr(at + 1, 1) != "u") return 2;
    const bool high = text.substr(at + 2, 1) == "d" || text.substr(at + 2, 1) == "D";
    return high && text.substr(at + 6, 2) == "\\u" ? 12 : 6;
  }
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/// How much of a string's inside fits.
std::size_t fitting(std::string_view inside, std::size_t bytes_max) noexcept {
  std::size_t size = 0;
  while (size < inside.size()) {
    const std::size_t next = size + character_size(inside, size);
    if (next > bytes_max || next > inside.size()) break;
    size = next;
  }
  return size;
}

}  // namespace

std::optional<std::string> shorten_columns(std::string_view event,
                                           const column_test& named,
                                           std::size_t text_bytes_max) {
  std::string_view payload = member(event, "\"payload\"");
  if (payload.empty()) payload = event;
  const auto source = member(payload, "\"source\"");
  const auto schema = member(source, "\"schema\""), table = member(source, "\"table\"");
  if (schema.empty() || table.empty()) return std::nullopt;
  const std::string prefix = unquoted(schema) + "." + unquoted(table) + ".";

  std::vector<std::string_view> gone;  // of the event, in its order
  for (const auto* const image : {"\"before\"", "\"after\""})
    each_member(member(payload, image), [&](std::string_view name, std::string_view value) {
      if (value.size() <= text_bytes_max + 2 || value.front() != '"') return;
      if (!named(prefix + unquoted(name))) return;
      const auto inside = value.substr(1, value.size() - 2);
      gone.push_back(inside.substr(fitting(inside, text_bytes_max)));
    });
  if (gone.empty()) return std::nullopt;
  std::ranges::sort(gone, {}, [](std::string_view part) { return part.data(); });
  std::string out;
  const char* from = event.data();
  for (const auto part : gone) {
    out.append(from, part.data());
    from = part.data() + part.size();
  }
  out.append(from, event.data() + event.size());
  return out;
}

}  // namespace tidewire::transform
