#include "app/reader.hpp"

#include <cstdint>
#include <utility>
#include <variant>

/// Transactions that the server streams while they run: put aside until their commit, and then
/// taken as if it had sent them whole.
namespace tidewire::app {
namespace {

constexpr int first_version = 140000;
/// From here on the server says nothing of a transaction without changes, so neither is one begun
/// of which everything was rolled back to savepoints.
constexpr int silent_when_empty = 150000;
constexpr std::uint64_t messages_per_turn = 256;

postgres::xlog_data placed(lsn at) noexcept {
  return {.start = at, .wal_end = at};
}

bool is_of_no_change(const postgres::pgoutput_message& message) noexcept {
  return std::holds_alternative<postgres::relation_message>(message) ||
         std::holds_alternative<postgres::type_message>(message);
}

}  // namespace

/// Before the stream begins: the server starts with all running transactions anew.
postgres::outcome<postgres::nothing> reader::prepare_streaming(const postgres::connection& server) {
  if (how_.streaming == streaming_mode::on && server.server_version() < first_version)
    return postgres::make_failure(
        postgres::errc::not_permitted,
        "tidewire.postgres.streaming=on needs PostgreSQL 14 or later; set it to auto or off");
  const bool wanted = how_.streaming != streaming_mode::off && !streaming_given_up_ && !rest_ &&
                      server.server_version() >= first_version;
  if (!wanted) {
    streamed_.reset();
  } else if (streamed_) {
    streamed_->reset();
  } else {
    streamed_ = std::make_unique<postgres::streamed_transactions>(how_.streamed);
  }
  return nothing{};
}

/// Nothing is lost: none of them is confirmed, and the server sends them again, after their commit.
postgres::failure reader::give_up_streaming(error_code why) {
  streaming_given_up_ = true;
  return postgres::make_failure(
      why,
      "transactions that are still running cannot be kept in " + how_.streamed.spill.folder + ": " +
          why.message() +
          "; until the next start the server keeps them (tidewire.postgres.streaming)");
}

/// \param at the position of the message that told of the commit.
postgres::call<onward> reader::replay(lsn at) {
  const auto commit = streamed_->commit();
  source_->trim();
  translator_.tick();
  if (session_->link().server_version() < silent_when_empty) {
    auto begun = co_await replay_begin(streamed_->first_position());
    if (!begun || *begun == onward::stop) co_return begun;
  }
  auto all = co_await replay_messages();
  if (!all || *all == onward::stop) co_return all;
  if (translator_.in_transaction()) {
    const postgres::commit_message end{.commit_lsn = commit.commit_lsn,
                                       .end_lsn = commit.end_lsn,
                                       .commit_time_us = commit.commit_time_us};
    auto ended = co_await take_slowly(end, placed(at));
    if (!ended || *ended == onward::stop) co_return ended;
  }
  for (const std::string& later : streamed_->finish()) {
    const auto relation = decoder_.decode(later);
    if (!relation) co_return postgres::make_failure(relation.error(), "a table cannot be read");
    auto learnt = co_await take_slowly(*relation, placed({}));
    if (!learnt || *learnt == onward::stop) co_return learnt;
  }
  co_return onward::go_on;
}

postgres::call<onward> reader::replay_begin(lsn at) {
  const auto& commit = streamed_->commit();
  const postgres::begin_message begin{
      .final_lsn = commit.commit_lsn, .commit_time_us = commit.commit_time_us, .xid = commit.xid};
  if (signals_) signals_->watch.pass(begin);
  co_return co_await take_slowly(begin, placed(at));
}

postgres::call<onward> reader::replay_messages() {
  std::uint64_t count = 0;
  while (!may_stop()) {
    if (!let_go_.empty())
      co_return postgres::make_failure(postgres::errc::stream_ended, std::exchange(let_go_, {}));
    if (!out_->has_room()) {
      streamed_->trim();
      co_await wait_for_sink();
      continue;
    }
    const auto next = streamed_->next();
    if (!next) co_return give_up_streaming(next.error());
    if (!*next) co_return onward::go_on;
    const auto message = decoder_.decode((*next)->payload);
    if (!message)
      co_return postgres::make_failure(message.error(),
                                       "a change cannot be read: " + message.error().message());
    const auto at = placed((*next)->position);
    if (!translator_.in_transaction() && !is_of_no_change(*message)) {
      auto begun = co_await replay_begin(at.start);
      if (!begun || *begun == onward::stop) co_return begun;
    }
    if (takes_time(*message)) [[unlikely]] {
      auto taken = co_await take_slowly(*message, at);
      if (!taken || *taken == onward::stop) co_return taken;
    } else if (auto taken = take(*message, at); !taken) {
      co_return std::move(taken).error();
    }
    if (out_->full()) out_->seal();
    if (++count % messages_per_turn == 0)
      if (auto done = co_await end_turn(); !done) co_return std::move(done).error();
  }
  co_return onward::stop;
}

}  // namespace tidewire::app
