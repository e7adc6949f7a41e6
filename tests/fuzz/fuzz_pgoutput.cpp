#include "postgres/copy_text.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/replication_message.hpp"
#include "postgres/table_merge.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever the bytes are, what the decoders hand out must lie within them. Seeds: corpus/pgoutput
// (one message each, as a server sent it, within its XLogData).

namespace {

using namespace tidewire::postgres;

void must_lie_within(std::string_view view, std::string_view bytes) {
  if (view.empty()) return;
  if (view.data() < bytes.data() || view.data() + view.size() > bytes.data() + bytes.size())
    std::abort();
}

void check_row(tuple_view row, std::string_view bytes) {
  for (const value_view& value : row) must_lie_within(value.bytes, bytes);
}

struct checker {
  std::string_view bytes;

  void operator()(const begin_message&) const {}
  void operator()(const commit_message&) const {}
  void operator()(const truncate_message&) const {}
  void operator()(const origin_message& m) const { must_lie_within(m.name, bytes); }
  void operator()(const type_message& m) const { must_lie_within(m.name, bytes); }
  void operator()(const relation_message& m) const {
    for (const relation_column& c : m.columns) must_lie_within(c.name, bytes);
    if (merge(m, nullptr).columns.size() != m.columns.size()) std::abort();
  }
  void operator()(const insert_message& m) const { check_row(m.new_row, bytes); }
  void operator()(const update_message& m) const {
    check_row(m.old_row, bytes);
    check_row(m.new_row, bytes);
  }
  void operator()(const delete_message& m) const { check_row(m.old_row, bytes); }
  void operator()(const logical_message& m) const {
    must_lie_within(m.prefix, bytes);
    must_lie_within(m.content, bytes);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static pgoutput_decoder decoder;
  if (const auto message = decoder.decode(bytes)) std::visit(checker{bytes}, *message);
  if (const auto message = decode_replication_message(bytes)) {
    if (const auto* piece = std::get_if<xlog_data>(&*message)) {
      must_lie_within(piece->payload, bytes);
      if (const auto inner = decoder.decode(piece->payload))
        std::visit(checker{piece->payload}, *inner);
    }
  }
  static copy_text_row row;
  for (const std::size_t columns : {0U, 1U, 3U})
    if (!row.assign(bytes, columns).failed() && row.columns().size() != columns) std::abort();
  return 0;
}
