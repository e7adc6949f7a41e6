#include "app/command.hpp"
#include "app/demo_events.hpp"
#include "app/demo_road.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace tidewire::app {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto arrival_patience = 180s;

volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int) {
  stop_asked = 1;
}

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = ask_to_stop;  // without SA_RESTART: a wait for events ends at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

double milliseconds(clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

/// An event that must arrive, and when it did.
struct expectation {
  std::string table;
  std::string operation;
  long id = 0;
  clock::time_point made;
  std::optional<clock::time_point> arrived;

  bool is(const demo_event& event) const {
    return !arrived && table == event.table && operation == event.operation && id == event.id;
  }
};

/// Prints what arrives and ticks it off the list.
class audience {
 public:
  explicit audience(int fd) : lines_(fd) {}

  void expect(const std::string& table, const std::string& operation, long id) {
    expected_.push_back({table, operation, id, clock::now(), {}});
  }

  bool complete() const {
    return std::all_of(
        expected_.begin(), expected_.end(), [](const auto& e) { return e.arrived.has_value(); });
  }

  /// Shows one event, if one comes in time.
  void listen(std::chrono::milliseconds patience) {
    const auto line = lines_.next(patience);
    if (!line) return;
    const auto event = parse_demo_event(*line);
    if (!event) return strange_.push_back(*line);
    fmt::print(
        "  {:<28} {}  {}  {}\n", event->stream, event->detail_type, event->operation, event->row);
    std::fflush(stdout);
    const auto found = std::find_if(
        expected_.begin(), expected_.end(), [&](const auto& e) { return e.is(*event); });
    if (found != expected_.end())
      found->arrived = clock::now();
    else
      strange_.push_back(*line);
  }

  bool ended() const noexcept { return lines_.ended(); }

  void print_summary() const;
  bool satisfied() const { return complete() && strange_.empty(); }

 private:
  line_reader lines_;
  std::vector<expectation> expected_;
  std::vector<std::string> strange_;  // what nobody expected: repeats, other tables, no events
};

void audience::print_summary() const {
  std::vector<double> times;
  for (const auto& e : expected_) {
    if (!e.arrived)
      fmt::print("missing: {} of {} {}\n", e.operation, e.table, e.id);
    else if (e.operation != "r")
      times.push_back(milliseconds(*e.arrived - e.made));
  }
  for (const auto& line : strange_) fmt::print("not expected: {}\n", line);
  std::sort(times.begin(), times.end());
  const auto arrived = std::count_if(
      expected_.begin(), expected_.end(), [](const auto& e) { return e.arrived.has_value(); });
  fmt::print("{} of {} events arrived", arrived, expected_.size());
  if (!times.empty())
    fmt::print("; from commit to consumer: fastest {:.0f} ms, median {:.0f} ms, slowest {:.0f} ms",
               times.front(),
               times[times.size() / 2],
               times.back());
  fmt::print("\n");
}

void expect_snapshot(audience& listener) {
  for (long i = 0; i < 5; ++i) listener.expect("products", "r", 101 + i);
  for (long i = 0; i < 5; ++i) listener.expect("customers", "r", 1001 + i);
}

void listen_until_complete(demo_road& road, audience& listener) {
  const auto patience_ends = clock::now() + arrival_patience;
  while (!listener.complete() && !stop_asked && !listener.ended() && clock::now() < patience_ends &&
         road.casualties().empty())
    listener.listen(250ms);
}

void make_changes(demo_road& road, audience& listener) {
  for (const auto& change : demo_changes()) {
    if (stop_asked) return;
    fmt::print("{}{}\n", change.sql, change.operation.empty() ? "   -- not captured" : "");
    std::fflush(stdout);
    road.postgres().run(demo_road::database, change.sql);
    if (change.operation.empty()) continue;
    listener.expect(change.table, change.operation, change.id);
    listen_until_complete(road, listener);
  }
}

void listen_for_ever(demo_road& road, audience& listener) {
  fmt::print(
      "\nNow it is your turn; what you change in inventory.products and inventory.customers shows "
      "up here:\n"
      "  {}\n"
      "Health: {}   local AWS: {}   Ctrl-C ends it all.\n\n",
      road.postgres().psql_command(demo_road::database),
      road.health_url(),
      road.endpoint());
  std::fflush(stdout);
  while (!stop_asked && !listener.ended() && road.casualties().empty()) listener.listen(1000ms);
}

int demo(bool once) {
  catch_signals();
  const auto began = clock::now();
  const temporary_folder folder;
  fmt::print("Starting PostgreSQL, the local AWS, the engine, the relay and the consumer …\n");
  std::fflush(stdout);
  demo_road road(folder.path());
  fmt::print("All parts run after {:.1f} s. First the rows that were there already:\n",
             milliseconds(clock::now() - began) / 1000);
  audience listener(road.events_fd());
  expect_snapshot(listener);
  listen_until_complete(road, listener);
  if (listener.complete()) make_changes(road, listener);
  // Whatever else is on its way, such as a repeat or an event of a table that is not captured,
  // comes within a second.
  const auto settled = clock::now() + 1s;
  while (once && !stop_asked && clock::now() < settled) listener.listen(100ms);
  if (!once && listener.complete() && !stop_asked) listen_for_ever(road, listener);

  const std::string casualties = road.casualties();
  road.stop();
  if (!casualties.empty()) fmt::print("\n{}", casualties);
  if (once || !listener.complete()) listener.print_summary();
  return casualties.empty() && (once ? listener.satisfied() : listener.complete() || stop_asked)
             ? 0
             : 1;
}

}  // namespace

command add_demo_command(CLI::App& program) {
  auto* const subcommand =
      program.add_subcommand("demo",
                             "The whole road on this machine: a temporary PostgreSQL, a local AWS, "
                             "engine, relay and consumer");
  const auto once = std::make_shared<bool>(false);
  subcommand->add_flag(
      "--once", *once, "Make a few changes, verify that each arrived, print a summary and end");
  return [once] { return demo(*once); };
}

}  // namespace tidewire::app
