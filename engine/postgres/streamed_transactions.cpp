#include "postgres/streamed_transactions.hpp"

#include "base/cursor.hpp"
#include "postgres/errc.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>
#include <variant>

namespace tidewire::postgres {
namespace {

/// Stands before each message that is kept. Never leaves the process, so as this machine has it.
struct record_header {
  std::uint32_t size = 0;
  std::uint32_t xid = 0;
  std::uint64_t place = 0;  // the position in the log; of a Relation, which has none, its arrival
};

/// What stays of the memory behind a larger message.
constexpr std::size_t kept_bytes_max = 1024U * 1024U;

template <class Number>
std::string_view bytes_of(const Number& value) noexcept {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

bool is_relation(std::string_view payload) noexcept {
  return !payload.empty() && payload.front() == 'R';
}

/// The table that a Relation message tells of; 0 where it is cut short, which decoding finds out.
std::uint32_t table_of(std::string_view payload) noexcept {
  std::uint32_t table = 0;
  cursor in(payload.substr(1));
  return in.read_big(table) ? table : 0;
}

}  // namespace

result<streamed_transactions::fate> streamed_transactions::take(std::string_view payload, lsn at) {
  if (in_piece_ != nullptr && !is_stream_message(payload)) {
    if (const error_code trouble = keep(payload, at)) return trouble;
    return fate::kept;
  }
  if (is_stream_message(payload)) return take_end(payload, at);
  if (is_relation(payload)) announced(payload, ++arrivals_);
  return fate::ordinary;
}

/// The begin or end of a piece, or of a transaction.
result<streamed_transactions::fate> streamed_transactions::take_end(std::string_view payload,
                                                                    lsn at) {
  const auto news = decode_stream_message(payload);
  if (!news) return news.error();
  const bool stop = std::holds_alternative<stream_stop_message>(*news);
  if (stop != (in_piece_ != nullptr)) return make_error_code(errc::malformed_message);
  error_code trouble;
  if (stop) {
    in_piece_ = nullptr;
  } else if (const auto* const start_of = std::get_if<stream_start_message>(&*news)) {
    trouble = start(*start_of, at);
  } else if (const auto* const abort_of = std::get_if<stream_abort_message>(&*news)) {
    trouble = roll_back(*abort_of);
  } else {
    commit_ = std::get<stream_commit_message>(*news);
    const auto found = open_.find(commit_.xid);
    if (found == open_.end() || handing_out_) return make_error_code(errc::malformed_message);
    current_ = std::move(found->second);
    open_.erase(found);
    handing_out_ = true;
    return fate::committed;
  }
  if (trouble) return trouble;
  return fate::kept;
}

error_code streamed_transactions::start(const stream_start_message& m, lsn at) {
  // A piece whose first ones never came would be a loss.
  if (open_.contains(m.xid) == m.first) return errc::malformed_message;
  const auto place = open_.try_emplace(m.xid).first;
  if (m.first) place->second.first = at;
  in_piece_ = &place->second;
  return {};
}

error_code streamed_transactions::roll_back(const stream_abort_message& m) {
  const auto found = open_.find(m.xid);
  if (found == open_.end()) return {};
  if (m.subxid == m.xid) {
    release(found->second);
    open_.erase(found);
    return {};
  }
  if (found->second.has_logical_message) return errc::stream_undecidable;
  found->second.rolled_back.insert(m.subxid);
  return {};
}

error_code streamed_transactions::keep(std::string_view payload, lsn at) {
  const auto change = split_streamed_change(payload);
  if (!change) return change.error();
  if (change->type == 'O') return {};  // where it was first made; no event tells it
  if (change->type == 'M') in_piece_->has_logical_message = true;
  const record_header header{.size = static_cast<std::uint32_t>(1 + change->rest.size()),
                             .xid = change->xid,
                             .place = change->type == 'R' ? ++arrivals_ : at.value};
  append(*in_piece_, bytes_of(header));
  append(*in_piece_, bytes_of(change->type));
  append(*in_piece_, change->rest);
  return memory_bytes_ > how_.memory_max ? spill_down_to_budget() : error_code{};
}

void streamed_transactions::append(transaction& to, std::string_view bytes) {
  const std::size_t block_bytes = file_.block_bytes();
  while (!bytes.empty()) {
    if (to.kept.empty() || to.kept.back().size() == block_bytes) to.kept.emplace_back();
    byte_buffer& block = to.kept.back();
    const std::size_t some = std::min(bytes.size(), block_bytes - block.size());
    append_some(block, bytes.substr(0, some));
    bytes.remove_prefix(some);
  }
}

/// A block grows with what it holds, as there may be many transactions of which little came.
void streamed_transactions::append_some(byte_buffer& block, std::string_view bytes) {
  const std::size_t needed = block.size() + bytes.size(), before = block.capacity();
  if (needed > before) {
    block.reserve(std::min(file_.block_bytes(), std::max({needed, 2 * before, std::size_t{1024}})));
    memory_bytes_ += block.capacity() - before;
  }
  block.append(bytes);
}

error_code streamed_transactions::spill_down_to_budget() {
  while (memory_bytes_ > how_.memory_max) {
    const auto largest =
        std::ranges::max_element(open_, {}, [](const auto& one) { return one.second.kept.size(); });
    if (largest == open_.end() || largest->second.kept.empty()) return {};
    if (const error_code trouble = spill_a_block_of(largest->second)) return trouble;
  }
  return {};
}

error_code streamed_transactions::spill_a_block_of(transaction& one) {
  byte_buffer& oldest = one.kept.front();
  const auto put = file_.put(oldest.view());
  if (!put) return put.error();
  one.spilled.push_back(*put);
  memory_bytes_ -= oldest.capacity();
  one.kept.pop_front();
  return {};
}

void streamed_transactions::release(transaction& one) {
  for (const auto& place : one.spilled) file_.release(place);
  for (const byte_buffer& block : one.kept) memory_bytes_ -= block.capacity();
  one = {};
}

result<std::optional<streamed_transactions::message>> streamed_transactions::next() {
  assert(handing_out_);
  for (;;) {
    record_header header;
    const std::size_t there = read_.size() - read_at_;
    if (there >= sizeof header) std::memcpy(&header, read_.data() + read_at_, sizeof header);
    if (there < sizeof header || there - sizeof header < header.size) {
      if (wholly_read() && there > 0) return make_error_code(errc::spill_damaged);
      if (wholly_read()) return std::optional<message>();
      const std::size_t wanted = there < sizeof header ? 0 : sizeof header + header.size;
      if (const error_code trouble = read_block(wanted)) return trouble;
      continue;
    }
    const auto payload = read_.view(read_at_ + sizeof header, header.size);
    read_at_ += sizeof header + header.size;
    if (!current_.rolled_back.empty() && current_.rolled_back.contains(header.xid)) continue;
    if (is_relation(payload)) {
      handed_out_[table_of(payload)] = header.place;
      announced(payload, header.place);
      return message{.position = {}, .payload = payload};
    }
    return message{.position = {header.place}, .payload = payload};
  }
}

/// One more block, behind the rest of the last one. \param wanted the size of the record that
/// begins there, if it is known: a large one is not to be copied time and again as its blocks come.
error_code streamed_transactions::read_block(std::size_t wanted) {
  if (read_at_ > 0) trim();
  if (wanted > file_.block_bytes()) read_.reserve(wanted + file_.block_bytes());
  if (!current_.spilled.empty()) {
    if (const error_code trouble = file_.get(current_.spilled.front(), read_)) return trouble;
    file_.release(current_.spilled.front());
    current_.spilled.pop_front();
    return {};
  }
  read_.append(current_.kept.front().view());
  memory_bytes_ -= current_.kept.front().capacity();
  current_.kept.pop_front();
  return {};
}

/// The latest that came counts, and a transaction that was streamed is older than it looks: another
/// one may have announced the table anew between its pieces and its commit.
void streamed_transactions::announced(std::string_view payload, std::uint64_t arrival) {
  relation& known = relations_[table_of(payload)];
  if (arrival < known.arrival) return;
  known.arrival = arrival;
  known.payload = payload;
}

void streamed_transactions::trim() {
  read_.drop_front(std::exchange(read_at_, 0), kept_bytes_max);
}

std::vector<std::string> streamed_transactions::finish() {
  std::vector<std::string> in_force;
  for (const auto& [table, arrival] : handed_out_)
    if (const relation& latest = relations_[table]; latest.arrival > arrival)
      in_force.push_back(latest.payload);
  handed_out_.clear();
  release(current_);
  read_ = {};
  read_at_ = 0;
  handing_out_ = false;
  return in_force;
}

void streamed_transactions::reset() {
  for (auto& [xid, one] : open_) release(one);
  open_.clear();
  in_piece_ = nullptr;
  relations_.clear();
  arrivals_ = 0;
  (void)finish();
}

}  // namespace tidewire::postgres
