#include "aws/digest.hpp"
#include "consumer/consumer_inside.hpp"
#include "consumer/print.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

namespace tidewire::consumer {

using telemetry::level;
using clock = std::chrono::steady_clock;

asio::awaitable<void> consumer::state::handle(std::vector<aws::received_message> messages,
                                              int claimed) {
  std::vector<piece> pieces;
  for (const auto& message : messages) {
    auto event = check(message);
    if (!event) continue;
    source.keep(message.receipt_handle);
    if (groups && event->transaction)
      hold(message, std::move(*event), pieces);
    else
      pieces.push_back(make_piece(message, *event));
  }
  const std::size_t printed = co_await print_and_delete(std::move(pieces));
  allowed.settle(
      claimed, static_cast<int>(std::min<std::size_t>(printed, static_cast<std::size_t>(claimed))));
}

/// Nothing where the message is not valid.
std::optional<received_event> consumer::state::check(const aws::received_message& message) {
  ++counters.received;
  const auto md5 = aws::md5_hex(message.body);
  auto event = reader.read(message.body);
  if (!message.md5_of_body.empty() && !md5.empty() && md5 != message.md5_of_body)
    event = rejection{"the body does not fit its MD5"};
  if (event) return std::move(*event);
  ++counters.invalid;
  const auto times = message.attributes.find("ApproximateReceiveCount");
  telemetry::log(level::warning,
                 "consumer",
                 "message {} is not valid: {}; it is left in the queue (received {} times)",
                 message.message_id,
                 event.error().reason,
                 times == message.attributes.end() ? "some" : times->second);
  return std::nullopt;
}

/// A repeat is an empty piece, so that it is deleted only when the first one has been printed.
piece consumer::state::make_piece(const aws::received_message& message,
                                  const received_event& event) {
  piece one;
  one.receipts.push_back({message.message_id, message.receipt_handle});
  if (seen.add(event.identity)) return one;
  one.text = print_event(options.form, event, message.message_id, options.now());
  one.events = 1;
  return one;
}

piece consumer::state::make_piece(transaction_run run) {
  if (run.how == transaction_run::state::incomplete)
    telemetry::log(
        level::warning,
        "consumer",
        "transaction {} is printed incomplete: {} of {} changes came before {}",
        run.id,
        run.changes,
        run.event_count ? std::to_string(*run.event_count) : "an unknown number of",
        run.why == transaction_run::reason::time ? "its time was over" : "others needed the room");
  piece one;
  one.text = print_run(options.form, run, options.now());
  one.events = run.events.size();
  one.transaction = run.how;
  for (auto& held : run.events)
    std::move(held.receipts.begin(), held.receipts.end(), std::back_inserter(one.receipts));
  return one;
}

/// An event of a transaction waits for the others of it; what is `ready` now is printed.
void consumer::state::hold(const aws::received_message& message,
                           received_event event,
                           std::vector<piece>& ready) {
  event.identity.clear();  // groups know their repeats themselves
  drop_unprinted(options.form, event);
  const bool is_first = !groups->next_expiry();
  auto what =
      groups->take({message.message_id, message.receipt_handle}, std::move(event), clock::now());
  if (is_first) expiry.cancel();
  if (what.expired) source.let_go(*what.expired);
  for (auto& run : what.runs) ready.push_back(make_piece(std::move(run)));
  if (what.repeat) {
    piece repeat;
    repeat.receipts.push_back(std::move(*what.repeat));
    ready.push_back(std::move(repeat));
  }
}

/// Prints transactions that have been held for too long.
asio::awaitable<void> consumer::state::give_up_for_ever() {
  while (!how_it_ended) {
    expiry.expires_at(groups->next_expiry().value_or(clock::time_point::max()));
    co_await expiry.async_wait(as_result);
    if (how_it_ended) break;
    std::vector<piece> pieces;
    for (auto& run : groups->take_expired(clock::now()))
      pieces.push_back(make_piece(std::move(run)));
    if (pieces.empty()) continue;
    begin_work();
    co_await print_and_delete(std::move(pieces));
    end_work();
  }
}

/// \return how many pieces went out, and were deleted or are to come again.
asio::awaitable<std::size_t> consumer::state::print_and_delete(std::vector<piece> pieces) {
  std::vector<std::string> texts;
  for (auto& one : pieces) texts.push_back(std::move(one.text));
  const std::size_t printed = co_await out.write(std::move(texts));
  count(pieces, printed);
  std::vector<receipt> done;
  for (std::size_t i = 0; i < printed; ++i)
    done.insert(done.end(), pieces[i].receipts.begin(), pieces[i].receipts.end());
  if (!done.empty()) {
    const auto deleted = co_await source.remove(std::move(done));
    counters.deleted += deleted.size();
    std::vector<std::string> lines;
    for (const auto& id : deleted) lines.push_back(print_deleted(options.form, id, options.now()));
    if (options.form == output_form::text) co_await out.write(std::move(lines));
  }
  std::vector<std::string> left;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (const auto& message : pieces[i].receipts) {
      source.let_go(message.handle);
      if (i >= printed) left.push_back(message.handle);
    }
  }
  if (out.error() != 0) {
    telemetry::log(level::error,
                   "consumer",
                   "cannot print: {}; {} messages were neither printed nor deleted",
                   std::strerror(out.error()),
                   left.size());
    end(ending::output_failed);
    if (groups) co_await source.give_back(std::move(left));
  }
  co_return printed;
}

void consumer::state::count(const std::vector<piece>& pieces, std::size_t printed) {
  for (std::size_t i = 0; i < printed; ++i) {
    counters.printed += pieces[i].events;
    counters.repeated += pieces[i].receipts.size() - pieces[i].events;
    if (pieces[i].transaction == transaction_run::state::complete) ++counters.transactions;
    if (pieces[i].transaction == transaction_run::state::incomplete) ++counters.incomplete;
  }
  // A transaction is not cut for the sake of a number, so it may be more.
  if (groups && options.messages_max &&
      counters.printed + counters.repeated >= *options.messages_max)
    end(ending::enough);
}

}  // namespace tidewire::consumer
