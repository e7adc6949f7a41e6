#pragma once

#include "postgres/backlog_pieces.hpp"
#include "postgres/change_source.hpp"
#include "postgres/connection.hpp"
#include "postgres/plugin_parameters.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace tidewire::postgres {

struct backlog_options {
  std::string slot;
  std::string publication;
  lsn start;                            // what was committed before it is durable
  plugin_parameters stream_parameters;  // slot.stream.params
  backlog_limits pieces;
  std::chrono::milliseconds confirm_interval{10'000};  // at least, between two moves of the slot
  std::int32_t claimant = 0;  // process that claims the slot (slot_claim); 0: nobody does
};

/// A slot's backlog, read by SQL in pieces (docs/decisions/0009-catching-up.md). A backend that
/// answers a COPY gathers what it sends, where the walsender sends every change by itself.
///
/// What is read is a temporary copy of the slot, which moves on with each piece and goes away with
/// the connection; the slot itself follows what is confirmed, so that nothing is lost with us. To
/// the server it is nobody's meanwhile: another program that takes it makes the next move fail with
/// errc::slot_in_use. Engines keep each other off by a claim, and no piece begins without it.
class backlog_session final : public change_source {
 public:
  /// Connects twice: to read, and to move the slot.
  /// \errors what the server says: no free slot (53400), a version without copies of slots
  /// (errc::not_permitted before 12), errc::slot_in_use.
  static call<std::unique_ptr<backlog_session>> open(connection_options database,
                                                     backlog_options how);
  ~backlog_session() override;

  /// caught_up: less than a piece is left, and received() is where the stream may begin.
  stream_state try_next(xlog_data& data) override;
  void trim() override;
  bool rest(bool behind) override;
  call<bool> wait_readable(std::chrono::steady_clock::time_point until) override;
  void wake() override;
  failure stream_failure() const override;

  /// The slot moves there between two pieces, now and then.
  void confirm(lsn position) noexcept override;
  lsn confirmed() const noexcept override;
  lsn received() const noexcept override;

  /// When nothing is read any more: moves the slot to what is confirmed.
  call<nothing> finish();

 private:
  struct state;
  explicit backlog_session(std::shared_ptr<state> s) noexcept;
  std::shared_ptr<state> state_;  // shared with the coroutine that waits for a piece
};

}  // namespace tidewire::postgres
