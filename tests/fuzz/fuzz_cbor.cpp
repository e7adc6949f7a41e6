#include "aws/body_writer.hpp"
#include "aws/document.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using tidewire::aws::body_format;
using tidewire::aws::body_writer;
using tidewire::aws::document;
using kind = document::kind;

/// Writes a tree again; numbers that are no integers are left out as 0.
void write(body_writer& out, const document::value& v) {
  switch (v.what()) {
    case kind::map:
      out.begin_map(v.size());
      for (auto [member, left] = std::pair(v.first(), v.size()); left > 0;
           --left, member = member.next()) {
        out.key(member.name());
        write(out, member);
      }
      return out.end_map();
    case kind::array:
      out.begin_array(v.size());
      for (auto [element, left] = std::pair(v.first(), v.size()); left > 0;
           --left, element = element.next())
        write(out, element);
      return out.end_array();
    case kind::text:
      return out.text(v.text());
    case kind::bytes:
      return out.blob(v.text());
    case kind::boolean:
      return out.boolean(v.boolean());
    default:
      return out.integer(v.integer());
  }
}

std::string written(const document& d) {
  std::string body;
  body_writer out(body, body_format::cbor);
  write(out, d.root());
  return body;
}

}  // namespace

/// Any bytes as CBOR: a tree, or refused. What was read is written and read again to the same
/// bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  document first;
  if (!first.parse_cbor(body)) return 0;
  first.root().time_ms();
  const std::string once = written(first);
  document second;
  if (!second.parse_cbor(once)) __builtin_trap();
  if (written(second) != once) __builtin_trap();
  return 0;
}
