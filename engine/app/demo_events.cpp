#include "app/demo_events.hpp"

#include <poll.h>
#include <simdjson.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace tidewire::app {

const std::vector<demo_change>& demo_changes() {
  static const std::vector<demo_change> changes = {
      {"insert into inventory.products (name, description) values ('jacket', 'water resistant')",
       "products",
       "c",
       106},
      {"update inventory.products set description = 'water resistant, \"size M\"' where id = 106",
       "products",
       "u",
       106},
      {"insert into inventory.customers (name, email) values ('Zoë Brown', 'zoe@brown.example')",
       "customers",
       "c",
       1006},
      {"update inventory.stock set quantity = 12 where product_id = 101", "stock", "", 101},
      {"insert into inventory.orders (quantity, customer_id, product_id) values (2, 1006, 106)",
       "orders",
       "",
       10006},
      {"update inventory.customers set email = 'z.brown@acme.example' where id = 1006",
       "customers",
       "u",
       1006},
      {"delete from inventory.orders where customer_id = 1006", "orders", "", 10006},
      {"delete from inventory.customers where id = 1006", "customers", "d", 1006},
      {"delete from inventory.products where id = 106", "products", "d", 106},
  };
  return changes;
}

std::optional<demo_event> parse_demo_event(std::string_view line) {
  simdjson::dom::parser parser;
  simdjson::dom::element message;
  if (parser.parse(simdjson::padded_string(line)).get(message) != simdjson::SUCCESS)
    return std::nullopt;
  simdjson::dom::element event;
  if (message["event"].get(event) != simdjson::SUCCESS) return std::nullopt;
  simdjson::dom::element payload;
  if (event["payload"].get(payload) != simdjson::SUCCESS) payload = event;

  demo_event found;
  const auto text = [](simdjson::simdjson_result<simdjson::dom::element> member) {
    std::string_view value;
    return std::string(member.get(value) == simdjson::SUCCESS ? value : std::string_view());
  };
  found.stream = text(message["source"]);
  found.detail_type = text(message["detail-type"]);
  found.operation = text(payload["op"]);
  found.table = text(payload["source"]["table"]);
  simdjson::dom::object row;
  if (payload["after"].get(row) != simdjson::SUCCESS &&
      payload["before"].get(row) != simdjson::SUCCESS)
    return std::nullopt;
  found.row = simdjson::to_string(row);
  std::int64_t id = 0;
  if (row["id"].get(id) == simdjson::SUCCESS || row["product_id"].get(id) == simdjson::SUCCESS)
    found.id = id;
  return found;
}

std::optional<std::string> line_reader::next(std::chrono::milliseconds patience) {
  const auto patience_ends = std::chrono::steady_clock::now() + patience;
  while (true) {
    if (auto line = take_line()) return line;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        patience_ends - std::chrono::steady_clock::now());
    if (ended_ || left.count() <= 0) return std::nullopt;
    pollfd readable{fd_, POLLIN, 0};
    if (poll(&readable, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    std::array<char, 65536> bytes;
    const ssize_t size = read(fd_, bytes.data(), bytes.size());
    if (size > 0)
      pending_.append(bytes.data(), static_cast<std::size_t>(size));
    else if (size == 0 || errno != EINTR)
      ended_ = true;
  }
}

std::optional<std::string> line_reader::take_line() {
  const auto end = pending_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = pending_.substr(0, end);
  pending_.erase(0, end + 1);
  return line;
}

}  // namespace tidewire::app
