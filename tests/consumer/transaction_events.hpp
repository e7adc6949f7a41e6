#pragma once

#include "consumer/envelope.hpp"
#include "consumer/receipt.hpp"
#include "consumer/transaction_mark.hpp"

#include <cstdint>
#include <string>

namespace tidewire::testing {

/// An event of transaction `xid`, as the reader of envelopes gives it.
inline consumer::received_event transaction_event(const std::string& xid,
                                                  consumer::transaction_mark::part what,
                                                  std::uint64_t number) {
  consumer::received_event event;
  event.id = "event-" + xid + "-" + std::to_string(number);
  event.detail_type = "Changed";
  event.source = "orders";
  event.time = "2026-11-22T06:52:56Z";
  event.before = "null";
  event.after = R"({"id":)" + std::to_string(number) + "}";
  event.event = R"({"after":)" + event.after + "}";
  consumer::transaction_mark mark;
  mark.what = what;
  mark.id = xid;
  mark.commit_ms = 1'795'330'375'100;
  mark.lsn = 1000 + number;
  event.transaction = mark;
  return event;
}

inline consumer::received_event begin_of(const std::string& xid) {
  return transaction_event(xid, consumer::transaction_mark::part::begin, 0);
}
inline consumer::received_event change_of(const std::string& xid, std::uint64_t order) {
  auto event = transaction_event(xid, consumer::transaction_mark::part::change, order);
  event.transaction->order = order;
  return event;
}
inline consumer::received_event end_of(const std::string& xid, std::uint64_t count) {
  auto event = transaction_event(xid, consumer::transaction_mark::part::end, count + 1);
  event.transaction->event_count = count;
  return event;
}

inline consumer::receipt message_of(const std::string& id, int time = 1) {
  return {id, id + "#" + std::to_string(time)};
}

}  // namespace tidewire::testing
