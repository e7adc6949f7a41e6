#include "aws/body_writer.hpp"
#include "aws/document.hpp"
#include "aws/put_answer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// The short look never calls durable what the tree does not.
void expect_agreement(std::string_view body, const document* read) {
  using namespace tidewire::aws;
  const std::size_t told = read == nullptr ? 0 : read->root()["Records"].size();
  for (const std::size_t count : {told, std::size_t{1}}) {
    const std::vector<put_record> asked(std::min<std::size_t>(count, 1000));
    if (!all_plainly_arrived(body, asked)) continue;
    if (read == nullptr) __builtin_trap();
    const auto failures = read_put_failures(read->root(), asked);
    if (!failures || !failures->empty()) __builtin_trap();
  }
}

}  // namespace

/// Any bytes as CBOR: a tree, or refused. What was read is written and read again to the same
/// bytes; as an answer to PutRecords it is understood in one way only.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  document first;
  const bool well_formed = first.parse_cbor(body);
  expect_agreement(body, well_formed ? &first : nullptr);
  if (!well_formed) return 0;
  first.root().time_ms();
  const std::string once = written(first);
  document second;
  if (!second.parse_cbor(once)) __builtin_trap();
  if (written(second) != once) __builtin_trap();
  return 0;
}
