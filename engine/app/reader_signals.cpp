#include "app/reader.hpp"
#include "app/signal_file.hpp"
#include "postgres/catalog.hpp"
#include "signals/table_choice.hpp"
#include "telemetry/log.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <utility>
#include <variant>

/// Signals, from the signal table and the signal file, and notifications of what becomes of them.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};

/// As Debezium's, `{}` in the text stands for the position.
std::string with_position(std::string text, lsn at) {
  if (const auto place = text.find("{}"); place != std::string::npos)
    text.replace(place, 2, "{lsn=" + std::to_string(at.value) + "}");
  return text;
}

constexpr const char* incremental = "Incremental Snapshot";

notification_details with_tables(std::string names) {
  return {{"data_collections", std::move(names)}};
}

}  // namespace

std::string random_uuid() {
  thread_local boost::uuids::random_generator source;
  return to_string(source());
}

/// Called before the message becomes an event, as what a signal causes comes before its own event.
postgres::call<postgres::nothing> reader::heed(const postgres::pgoutput_message& message, lsn at) {
  signals_->at = at;
  if (const auto signal = signals_->watch.signal_in(message); signal && !signals_->was_obeyed(at)) {
    const bool mark = signal->type == signals::open_type || signal->type == signals::close_type;
    if (mark || how_.signals.from_table) {
      if (auto done = co_await obey(*signal); !done) co_return done;
    }
    if (!signals_->blocking) signals_->obeyed(at);
  }
  signals_->watch.overtake(message);
  co_return nothing{};
}

postgres::call<postgres::nothing> reader::obey(signals::message signal) {
  const signals::request asked = signals::read(signal);
  if (const auto* const start = std::get_if<signals::start_snapshot>(&asked)) {
    if (!start->blocking) co_return co_await start_incremental(*start, signal.id);
    signals_->blocking = *start;
    co_return nothing{};
  }
  if (const auto* const stop = std::get_if<signals::stop_snapshot>(&asked))
    co_return co_await stop_incremental(*stop);
  if (std::holds_alternative<signals::pause_snapshot>(asked))
    co_return co_await pause_incremental();
  if (std::holds_alternative<signals::resume_snapshot>(asked))
    co_return co_await resume_incremental();
  if (std::holds_alternative<signals::close_window>(asked))
    co_return co_await close_window(std::move(signal.id));
  std::visit(overloaded{[&](const signals::open_window&) {
                          if (signals_->progress.is_mark(signal.id)) signals_->watch.rows().open();
                        },
                        [&](const signals::write_log& it) {
                          log(level::info, "signal", "{}", with_position(it.text, signals_->at));
                        },
                        [&](const signals::ignored& it) {
                          log(level::warning,
                              "signal",
                              "signal {} of type {} has no effect: {}",
                              signal.id,
                              signal.type,
                              it.why);
                        },
                        [](const auto&) {}},
             asked);
  co_return nothing{};
}

postgres::call<std::vector<postgres::table_name>> reader::known_tables() {
  if (auto open = co_await open_catalog(); !open) co_return std::move(open).error();
  const auto found = co_await postgres::list_tables(*catalog_, how_.capture.captured);
  if (!found) co_return found.error();
  std::vector<postgres::table_name> names;
  for (const auto& one : *found) names.push_back(one.name);
  co_return names;
}

postgres::call<postgres::nothing> reader::start_incremental(signals::start_snapshot asked,
                                                            std::string signal_id) {
  if (!how_.signals.table) {
    log(level::warning,
        "signal",
        "signal {} has no effect: incremental snapshots need "
        "debezium.source.signal.data.collection",
        signal_id);
    co_return nothing{};
  }
  const auto known = co_await known_tables();
  if (!known) co_return known.error();
  std::vector<signals::collection> chosen;
  for (auto& table : signals::choose_tables(asked.tables, *known)) {
    std::string condition = signals::filter_of(asked.conditions, to_string(table));
    chosen.push_back({.table = std::move(table),
                      .condition = std::move(condition),
                      .surrogate_key = asked.surrogate_key});
  }
  signals::progress& progress = signals_->progress;
  const bool first = !progress.running();
  progress.add(std::move(chosen), std::move(signal_id));
  signals_->changed(/*must_last=*/true);
  log(level::info, "signal", "incremental snapshot of {}", progress.table_names());
  if (!first) co_return nothing{};
  auto tables = with_tables(progress.table_names());
  auto told = co_await notify(incremental, "STARTED", std::move(tables), progress.signal_id());
  if (!told) co_return told;
  co_return co_await read_chunks();
}

postgres::call<postgres::nothing> reader::stop_incremental(signals::stop_snapshot asked) {
  signals::progress& progress = signals_->progress;
  if (!progress.running()) {
    log(level::warning, "signal", "there is no incremental snapshot to stop");
    co_return nothing{};
  }
  signals_->changed(/*must_last=*/true);
  if (asked.tables.empty()) {
    log(level::info, "signal", "the incremental snapshot of {} is stopped", progress.table_names());
    progress.stop();
    signals_->watch.rows().clear();
    co_return co_await notify(incremental, "ABORTED", notification_details(), std::string());
  }
  const auto known = co_await known_tables();
  if (!known) co_return known.error();
  std::string names;
  bool current = false;
  for (const auto& table : signals::choose_tables(asked.tables, *known)) {
    names += (names.empty() ? "" : ",") + to_string(table);
    if (table == progress.current().table) {
      current = true;
    } else if (!progress.remove(table)) {
      log(level::warning,
          "signal",
          "{} is no part of the incremental snapshot that could be stopped",
          to_string(table));
    }
  }
  const std::string id = progress.signal_id();
  if (current) {
    signals_->watch.rows().clear();
    if (auto done = co_await finish_table(); !done) co_return done;
  }
  log(level::info, "signal", "no incremental snapshot of {} any more", names);
  auto tables = with_tables(std::move(names));
  co_return co_await notify(incremental, "ABORTED", std::move(tables), id);
}

postgres::call<postgres::nothing> reader::pause_incremental() {
  signals::progress& progress = signals_->progress;
  if (!progress.running() || progress.paused()) co_return nothing{};
  progress.pause();
  signals_->changed(/*must_last=*/true);
  log(level::info, "signal", "the incremental snapshot is paused");
  auto tables = with_tables(progress.table_names());
  co_return co_await notify(incremental, "PAUSED", std::move(tables), progress.signal_id());
}

postgres::call<postgres::nothing> reader::resume_incremental() {
  signals::progress& progress = signals_->progress;
  if (!progress.running() || !progress.paused()) co_return nothing{};
  progress.resume();
  signals_->changed(/*must_last=*/true);
  log(level::info, "signal", "the incremental snapshot goes on");
  auto tables = with_tables(progress.table_names());
  auto told = co_await notify(incremental, "RESUMED", std::move(tables), progress.signal_id());
  if (!told) co_return told;
  if (signals_->waiting) co_return nothing{};  // the next chunk follows the one in the window
  co_return co_await read_chunks();
}

postgres::call<postgres::nothing> reader::look_at_signal_file() {
  if (!signals_ || how_.signals.file.empty() || !between_transactions() ||
      clock::now() < signals_->next_look)
    co_return nothing{};
  signals_->next_look = clock::now() + how_.signals.file_interval;
  const signal_lines found = read_signal_lines(how_.signals.file);
  for (const std::string& line : found.lines) {
    const auto read = signals::read_line(line);
    if (const auto* const bad = std::get_if<signals::fault>(&read)) {
      log(level::warning, "signal", "a line of {} is no signal: {}", how_.signals.file, bad->why);
      continue;
    }
    if (auto done = co_await obey(std::get<signals::message>(read)); !done) co_return done;
    if (signals_->blocking) {
      if (auto done = co_await read_on_demand(); !done) co_return done;
      if (signals_->blocking) co_return nothing{};  // stopped before: the file keeps it
    }
  }
  if (found.bytes == 0) co_return nothing{};
  // The file forgets the signals only when nothing of what they began can be lost any more.
  out_->seal();
  while (!out_->idle() && !stopping_) co_await room_.wait();
  if (!out_->idle()) co_return nothing{};
  signals_->settle_all(offsets_);
  store_offsets();
  if (const auto trouble = remove_signal_lines(how_.signals.file, found.bytes); !trouble.empty())
    log(level::error, "signal", "{}; its signals will be obeyed again", trouble);
  co_return nothing{};
}

postgres::call<postgres::nothing> reader::notify(std::string aggregate,
                                                 std::string type,
                                                 notification_details details,
                                                 std::string id) {
  if (!how_.notifications.any()) co_return nothing{};
  details.emplace_back("connector_name", how_.events.topic_prefix);
  event::order_like_java_copy(details);
  event::notification told{.id = id.empty() ? random_uuid() : std::move(id),
                           .aggregate = std::move(aggregate),
                           .type = std::move(type),
                           .details = std::move(details),
                           .time_ms = unix_ms(now_())};
  if (how_.notifications.log) log(level::info, "notification", "{}", event::describe(told));
  if (!how_.notifications.sink) co_return nothing{};
  if (!co_await wait_for_room()) co_return nothing{};
  event::change_context context;
  context.id = {.commit = out_->commit_end(), .ordinal = static_cast<std::uint32_t>(told.time_ms)};
  notifications_->notify(told, context);
  co_return pass_on();
}

asio::awaitable<bool> reader::wait_for_room() {
  if (out_->full()) out_->seal();
  while (!out_->has_room()) {
    if (stopping_) co_return false;
    co_await room_.wait();
  }
  co_return true;
}

}  // namespace tidewire::app
