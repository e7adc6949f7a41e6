#pragma once

#include "pipeline/batch.hpp"
#include "pipeline/lane_table.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tidewire::pipeline {

/// What must arrive in order.
enum class ordering : std::uint8_t {
  key,     // the records of a key; and those of a stream as long as little waits
  stream,  // those of a stream: one request at a time
  none,    // nothing
};

/// Decides which records may go out together, and when. Pure: no clock, no socket; used by one
/// publisher's thread.
///
/// Under `key` and `stream` a key with a record that is not durable never has a later record in
/// flight: not in another request, and not in the same one, of which the service may take a part
/// only; unless it takes all records of a key in a request or none, which `limits` tells, or they
/// have no key and event::keyless_order::request. Of those the ones that were refused go again
/// before any that followed them. A lone record has no others. Under `key` a stream with little
/// waiting also keeps its order as a whole: one request at a time, which ends before the first
/// record that may not go yet. What is read from the stream then is what was committed, in that
/// order. When more than `stream_order_below` records wait, other keys pass by a blocked one and
/// several requests are under way. So they do earlier where it is crowded: few keys with many
/// records each, of which a request would end after a few.
class lanes {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  struct options {
    ordering order = ordering::key;
    std::size_t stream_order_below = 1000;     // waiting records of a stream
    std::size_t requests_per_stream_max = 16;  // in flight
    std::size_t lone_requests_max = 16;        // the same where the records are lone
    std::size_t crowded_from = 100;            // waiting records, crowded_per_key or more of each
    std::size_t small_request = 16;  // where it is crowded, one of fewer records goes beside others
                                     // only if it has as many as they have
  };
  struct limits {
    std::size_t records_max = 500;
    std::size_t bytes_max = 5U * 1024U * 1024U;  // keys and values together
    std::size_t record_overhead_bytes = 0;  // counted for each record besides its key and value
    std::size_t shared_bytes_max =
        SIZE_MAX;  // a larger record goes alone, as the service may refuse its request
    bool keys_together = false;  // of a request's records those of one key are taken or refused
                                 // together: several may go
  };
  /// The records of one request, all of one stream, in the order in which they go out.
  struct request {
    const event::stream* destination = nullptr;
    std::vector<record_state*> records;
  };

  /// Records between expecting one and its turn: with eight, most of what an append took was still
  /// spent waiting for the bucket on a machine that had other work.
  static constexpr std::size_t lookahead = 20;

  explicit lanes(options how) : how_(how) {}

  /// Takes in all records of a batch, behind those that are there. The batch must stay until
  /// finished() is true of it.
  void add(batch& b);

  /// Fills `out` with records that may go out now; false if there are none. A record over
  /// `bytes_max` goes alone. Each request must be ended by request_done() after one of the three
  /// verbs below was said of each of its records, in their order.
  bool take(time_point now, const limits& within, request& out);

  void durable(record_state& r);
  /// It will be said of this one soon. Nothing but speed depends on it.
  void expect_durable(const record_state& r) const noexcept {
    if (!r.lone) table_.expect(r.lane_hash);
  }
  /// Not taken for now: it may go again from `due` on. Other keys do not wait for it.
  void again(record_state& r, time_point due);
  /// Refused for good: its key waits for ever, others do not.
  void hold(record_state& r);
  /// A held record is safe after all, by another road: its key goes on.
  void release(record_state& r);

  /// \param pause_until if set, the stream as a whole failed: nothing of it goes out before then,
  /// and one request at a
  ///   time until one has succeeded.
  void request_done(const event::stream& destination, std::optional<time_point> pause_until);

  /// When take() may have something that it does not have now, other than by a verb above; nothing:
  /// never.
  std::optional<time_point> next_due() const;

  static bool finished(const batch& b) noexcept { return b.unsettled_count == 0; }
  std::size_t unsettled_count() const noexcept { return unsettled_count_; }
  std::size_t held_count() const noexcept { return held_count_; }

 private:
  struct lane_stream {
    const event::stream* name = nullptr;
    intrusive_list<record_state, unsettled_tag> unsettled;  // all, in the order of arrival
    intrusive_list<record_state, ready_tag> fresh;          // ready, never sent
    intrusive_list<record_state, ready_tag> urgent;         // ready, and older than what is fresh
    std::size_t waiting_count = 0;                          // unsettled and not in flight
    std::size_t ready_count = 0;                            // of these, those in the two lists
    std::size_t in_flight_count = 0;
    std::size_t requests = 0;  // in flight
    bool failing = false;
    time_point paused_until{};
    bool listed = false;  // in active_
  };
  struct delayed_record {
    time_point due;
    record_state* record;
  };

  /// Says of the record at `i` what its state keeps of it.
  void prepare(batch& b, std::size_t i) noexcept;
  void enter(record_state& r);
  lane_stream& stream_of(const event::stream& destination);
  lane_stream& stream_of(const record_state& r) { return *streams_[r.stream_index]; }
  bool in_stream_order(const lane_stream& s) const noexcept;
  bool is_crowded(const lane_stream& s) const noexcept;
  bool may_send(lane_stream& s, time_point now) const noexcept;
  void release_due(time_point now);
  void take_in_order(lane_stream& s, const limits& within, request& out);
  void take_ready(lane_stream& s, const limits& within, request& out);
  static void launch(lane_stream& s, record_state& r, request& out);
  bool has_lane(const record_state& r) const noexcept;
  bool follows_another(const record_state& r) noexcept;
  void make_urgent(lane_stream& s, record_state& r);

  options how_;
  lane_table table_;
  std::vector<std::unique_ptr<lane_stream>> streams_;  // by the stream's index
  std::vector<lane_stream*> active_;                   // those with records waiting; taken in turns
  std::size_t turn_ = 0;
  std::vector<delayed_record> delayed_;  // a heap, the earliest first
  std::size_t unsettled_count_ = 0;
  std::size_t held_count_ = 0;
};

}  // namespace tidewire::pipeline
