#include "consumer/read_transaction_mark.hpp"

#include <charconv>
#include <string_view>
#include <system_error>

namespace tidewire::consumer {
namespace {

using simdjson::dom::object;

bool read_number(std::string_view text, std::uint64_t& number) {
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && read_to == end;
}

template <class Value>
bool take(object json, const char* name, Value& value) {
  return json[name].get(value) == simdjson::SUCCESS;
}

bool take_id(object json, transaction_mark& mark) {
  std::string_view id;
  if (!take(json, "id", id) || id.empty()) return false;
  mark.id = id;
  const auto colon = id.find(':');
  std::uint64_t xid = 0;
  std::uint64_t lsn = 0;
  if (colon == std::string_view::npos || !read_number(id.substr(0, colon), xid) ||
      !read_number(id.substr(colon + 1), lsn))
    return true;
  mark.id.resize(colon);
  mark.lsn = lsn;
  return true;
}

}  // namespace

std::optional<transaction_mark> read_transaction_mark(object payload) {
  transaction_mark mark;
  if (object transaction; take(payload, "transaction", transaction)) {
    object source;
    if (!take_id(transaction, mark) || !take(transaction, "total_order", mark.order) ||
        mark.order == 0 || !take(payload, "source", source) ||
        !take(source, "ts_ms", mark.commit_ms))
      return std::nullopt;
    return mark;
  }
  std::string_view status;
  if (!take(payload, "status", status) || !take_id(payload, mark) ||
      !take(payload, "ts_ms", mark.commit_ms))
    return std::nullopt;
  if (status == "BEGIN") {
    mark.what = transaction_mark::part::begin;
    return mark;
  }
  if (status != "END") return std::nullopt;
  mark.what = transaction_mark::part::end;
  if (std::uint64_t count = 0; take(payload, "event_count", count)) mark.event_count = count;
  return mark;
}

}  // namespace tidewire::consumer
