#include "app/reader.hpp"

#include "base/startup_error.hpp"
#include "postgres/catalog.hpp"
#include "sinks/backoff.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

constexpr std::chrono::seconds drain_max{10};
/// What became durable since the last report comes again when the program is killed, and a report
/// costs 34 bytes: at 20,000 records a second 100 ms are 2,000 of them, and this is 200.
constexpr std::chrono::milliseconds report_interval_min{10};
/// Saving waits for the disk, so not more often than this, whatever offset.flush.interval.ms says:
/// the file only spares repeats.
constexpr std::chrono::milliseconds save_interval_min{1000};

void rethrow(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

std::unique_ptr<transform::transformed_output> transformed(const transform_options& how,
                                                           event::streams& names,
                                                           event::record_output& out) {
  if (!how.steps) return nullptr;
  return std::make_unique<transform::transformed_output>(*how.steps, how.out, names, out);
}

std::unique_ptr<event::notification_encoder> notifications(const reader_options& how,
                                                           event::streams& names,
                                                           event::record_output& out) {
  if (!how.notifications.sink) return nullptr;
  return std::make_unique<event::notification_encoder>(
      how.events, how.notifications.topic, names, out);
}

double random_share() {
  thread_local std::mt19937 source{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.5, 1)(source);
}

}  // namespace

reader::reader(asio::any_io_executor executor,
               reader_options how,
               event::streams& names,
               pipeline::outlet& out,
               pipeline::doorbell& bell,
               wall_clock now)
    : executor_(std::move(executor)),
      how_(std::move(how)),
      names_(&names),
      out_(&out),
      bell_(&bell),
      now_(std::move(now)),
      transformed_(transformed(how_.transforms, names, out)),
      translator_(how_.events, how_.capture.captured, names, encoded(), now_),
      notifications_(notifications(how_, names, encoded())),
      signals_(how_.signals.any() ? std::make_unique<signal_desk>(how_.signals.table) : nullptr),
      room_(executor_),
      waker_(executor_) {}

asio::awaitable<void> reader::run() {
  load_position();
  resume_progress();
  collecting_ = true;
  asio::co_spawn(executor_, collect_acknowledgements(), rethrow);
  while (!stopping_) {
    const auto ended = co_await session();
    if (stopping_ || ended) continue;  // a session ends well only by stop()
    const postgres::failure why = judged(ended.error());
    if (transforms_failed_) co_await drain(clock::now() + drain_max);
    if (transforms_failed_ || (!reached_stream_ && why.what == postgres::remedy::none)) {
      finished_ = true;
      bell_->ring();
      throw startup_error(describe(why));
    }
    say_failure(why);
    const bool busy = why.code == postgres::errc::slot_in_use;
    const auto wait = sinks::backoff(
        {.what = busy ? sinks::fate::slow_down : sinks::fate::again}, ++failures_, random_share());
    const auto wait_max =
        busy ? std::max(how_.busy_slot_wait_max, std::chrono::milliseconds(1)) : wait;
    co_await pause(std::min(wait, wait_max));
  }
  finished_ = true;
  bell_->ring();
  while (collecting_) co_await room_.wait();
}

/// Of the incremental snapshot that was under way when the last run ended.
void reader::resume_progress() {
  if (offsets_.incremental_snapshot.empty()) return;
  auto found = signals::progress::from_json(offsets_.incremental_snapshot);
  if (!found)
    throw startup_error("the position file " + how_.offsets_file +
                        " holds an incremental snapshot that cannot be understood");
  if (signals_ && how_.signals.table) {
    signals_->progress = *std::move(found);
  } else {
    log(level::warning,
        "run",
        "the incremental snapshot of {} does not go on, as "
        "debezium.source.signal.data.collection is not set any more",
        found->table_names());
  }
}

event::record_output& reader::encoded() noexcept {
  if (transformed_) return *transformed_;
  return *out_;
}

postgres::outcome<postgres::nothing> reader::pass_on() {
  if (!transformed_ || transformed_->pass()) return nothing{};
  transforms_failed_ = true;
  return postgres::make_failure(make_error_code(postgres::errc::malformed_message),
                                transformed_->trouble());
}

void reader::stop() {
  if (stopping_) return;
  stopping_ = true;
  stop_until_ = clock::now() + drain_max;
  if (snapshot_ != nullptr) snapshot_->wake();
  if (source_) {
    source_->wake();
    // A chunk of an incremental snapshot may be read, or wait for a lock.
    if (signals_ && signals_->reading && catalog_) {
      catalog_->cancel();
      catalog_->wake();
    }
  } else if (snapshot_ == nullptr) {
    // A statement may take its time: a new slot waits for every transaction that runs.
    for (auto* const busy : {link_.get(), catalog_.get()}) {
      if (busy == nullptr) continue;
      busy->cancel();
      busy->close();
    }
  }
  room_.ring();
  waker_.ring();
}

void reader::let_go(slot_guardian::release why) {
  const bool shutdown = why == slot_guardian::release::shutdown;
  if (!session_ || (!shutdown && !starved_)) return;
  let_go_ = shutdown ? "the server is shutting down; its stream was let go of"
                     : "the slot is about to be lost, and a stream that is not read keeps the "
                       "server from its checkpoint; it was let go of until the sink takes more";
  session_->wake();
  room_.ring();
}

postgres::call<postgres::nothing> reader::session() {
  status_.phase = reader_phase::connecting;
  while (!stopping_ && !out_->has_room()) co_await room_.wait();
  if (stopping_) co_return nothing{};
  auto ready = co_await prepare();
  if (!ready || stopping_) co_return ready;
  const auto who = co_await postgres::identify_system(*link_);
  if (!who) co_return who.error();
  auto begin = co_await choose_beginning(*who);
  if (!begin) co_return std::move(begin).error();
  reached_stream_ = true;
  if (begin->snapshot) {
    auto read = co_await read_snapshot(*begin);
    if (!read || stopping_) co_return read;
    begin->snapshot = false;
    if (auto given = co_await give_back_snapshot(*begin); !given) co_return given;
  } else if (!rest_) {
    if (auto told = co_await tell_snapshot("SKIPPED"); !told) co_return told;
  }
  if (how_.snapshot == snapshot_mode::initial_only) {
    status_.phase = reader_phase::idle;
    failures_ = 0;
    log(level::info,
        "run",
        "snapshot.mode=initial_only: the snapshot is complete, and nothing follows it");
    while (!stopping_) co_await waker_.wait();
    co_return nothing{};
  }
  auto ended = co_await read_stream(*begin);
  rest_.reset();  // and its locks, not after the pause before the next connection
  co_return ended;
}

/// Connections, types, publication: all that comes before the slot.
postgres::call<postgres::nothing> reader::prepare() {
  catalog_.reset();
  link_.reset();
  rest_.reset();
  auto catalog =
      co_await postgres::connection::open(how_.database, postgres::connection_mode::query);
  if (!catalog) co_return std::move(catalog).error();
  catalog_ = std::move(*catalog);
  if (auto checked = co_await postgres::check_server(*catalog_); !checked)
    co_return std::move(checked).error();
  if (auto loaded = co_await reload_types(); !loaded) co_return std::move(loaded).error();
  auto link =
      co_await postgres::connection::open(how_.database, postgres::connection_mode::replication);
  if (!link) co_return std::move(link).error();
  link_ = std::move(*link);

  const auto tables = co_await postgres::list_tables(*catalog_, how_.capture.captured);
  if (!tables) co_return tables.error();
  std::vector<postgres::table_name> captured;
  for (const auto& table : *tables)
    if (table.logged) captured.push_back(table.name);
  if (tables->empty()) {
    log(level::warning,
        "run",
        "the include and exclude lists leave no table of database {} to capture; waiting for one "
        "to be created",
        how_.database.dbname);
  }
  if (how_.snapshot == snapshot_mode::initial_only) co_return nothing{};
  const auto published =
      co_await postgres::ensure_publication(*catalog_, how_.publication, captured);
  if (!published) co_return published.error();
  std::vector<postgres::table_name> plain;  // partitions are published under either name
  for (const auto& table : *tables)
    if (table.logged && !table.partitioned && !table.partition) plain.push_back(table.name);
  auto told = tell_unpublished(std::move(plain));
  if (auto asked = co_await std::move(told); !asked) co_return std::move(asked).error();
  co_return co_await set_identities(std::move(captured));
}

/// Changes of a captured table that the publication does not have never come, and nothing else
/// would say so.
postgres::call<postgres::nothing> reader::tell_unpublished(
    std::vector<postgres::table_name> captured) {
  const auto published = co_await postgres::published_tables(*catalog_, how_.publication.name);
  if (!published) co_return published.error();
  std::string missing;
  for (const auto& table : captured)
    if (std::ranges::find(*published, table) == published->end())
      missing += (missing.empty() ? "" : ", ") + to_string(table);
  if (missing == std::exchange(unpublished_, missing) || missing.empty()) co_return nothing{};
  log(level::warning,
      "run",
      "publication {} does not have {}: changes there do not come; ALTER PUBLICATION {} ADD TABLE "
      "…",
      how_.publication.name,
      missing,
      postgres::quote_identifier(how_.publication.name));
  co_return nothing{};
}

/// replica.identity.autoset.values. What cannot be altered is said and left, as Debezium does.
postgres::call<postgres::nothing> reader::set_identities(
    std::vector<postgres::table_name> captured) {
  for (const auto& table : captured) {
    const auto name = table.schema + "." + table.name;
    const auto rule = std::ranges::find_if(
        how_.identities, [&](const identity_rule& one) { return one.tables.matches(name); });
    if (rule == how_.identities.end()) continue;
    const std::string sql = "ALTER TABLE " + postgres::quote_identifier(table.schema) + "." +
                            postgres::quote_identifier(table.name) + " REPLICA IDENTITY " +
                            rule->identity;
    if (auto done = co_await catalog_->query(sql); done) {
      log(level::info, "run", "the replica identity of {} is {} now", name, rule->identity);
    } else if (catalog_->healthy()) {
      log(level::error,
          "run",
          "the replica identity of {} cannot be set: {}",
          name,
          describe(done.error()));
    } else {
      co_return std::move(done).error();
    }
  }
  co_return nothing{};
}

/// What the server says of a publication is true of a place of the log, and reads as if it were of
/// now: prepare() has found it.
postgres::failure reader::judged(postgres::failure why) {
  if (status_.phase != reader_phase::streaming || why.code != postgres::errc::publication_missing)
    return why;
  const lsn read_to = out_->commit_end();
  missed_.ended(read_to);
  failures_ = std::max(failures_, missed_.count() - 1);  // it looked well until it came there
  if (missed_.sure()) why.message += meaning_of_missed_publication(how_.slot, read_to);
  return why;
}

void reader::say_failure(const postgres::failure& why) {
  status_.trouble = describe(why);
  if (said_ == status_.trouble) return;
  said_ = status_.trouble;
  log(why.what == postgres::remedy::none ? level::error : level::warning,
      "run",
      "{}; trying again until it works",
      said_);
}

asio::awaitable<void> reader::pause(std::chrono::milliseconds wait) {
  const auto until = clock::now() + wait;
  while (!stopping_ && clock::now() < until) co_await waker_.wait_until(until);
}

asio::awaitable<void> reader::collect_acknowledgements() {
  while (!finished_) {
    co_await bell_->wait_until(next_duty());
    out_->collect();
    if (awaits_rows_ && !out_->is_flooded()) out_->seal();  // the server may be slow with the next
    advance();
    room_.ring();
  }
  collecting_ = false;
  room_.ring();
}

reader::clock::time_point reader::next_duty() const {
  auto at = clock::time_point::max();
  if (source_ && out_->durable() > source_->confirmed()) at = std::min(at, next_report_);
  if (offsets_dirty_) at = std::min(at, next_save_);
  return at;
}

/// Tells the server, soon but not for every batch, and saves the position now and then.
void reader::advance() {
  const auto now = clock::now();
  if (source_ && between_transactions()) out_->read_up_to(source_->received());
  const lsn durable = out_->durable();
  if (delivery_.waiting()) delivery_.durable(durable, unix_ms(now_()));
  // The server is to remember a signal until the position file knows what became of it.
  if (source_ && signals_ && signals_->settle(durable, offsets_)) {
    offsets_.durable = std::max(offsets_.durable, durable);
    store_offsets();
  }
  if (source_ && durable > source_->confirmed() && now >= next_report_) {
    source_->confirm(durable);
    if (session_) session_->report_soon();
    next_report_ = now + report_interval_min;
  }
  if (source_ && durable > offsets_.durable) {
    offsets_.durable = durable;
    forget_takeover();
    offsets_dirty_ = true;
  }
  if (!parts_.empty()) collect_parts();
  if (offsets_dirty_ && now >= next_save_) store_offsets();
}

void reader::store_offsets() {
  offsets_dirty_ = false;
  next_save_ = clock::now() + std::max(how_.offsets_interval, save_interval_min);
  if (how_.offsets_file.empty()) return;
  const std::string trouble = app::save_offsets(how_.offsets_file, offsets_);
  if (trouble.empty() && offsets_trouble_said_)
    log(level::info, "run", "the position can be saved again");
  if (!trouble.empty() && !offsets_trouble_said_)
    log(level::error,
        "run",
        "{}; the slot remembers the position, but the next start sends more again than need be, "
        "the "
        "first snapshot included",
        trouble);
  offsets_trouble_said_ = !trouble.empty();
}

asio::awaitable<void> reader::drain(clock::time_point until) {
  out_->seal();
  while (!out_->idle() && clock::now() < until) co_await room_.wait_until(until);
}

}  // namespace tidewire::app
