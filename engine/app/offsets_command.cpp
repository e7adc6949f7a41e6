#include "app/command.hpp"
#include "app/debezium_offsets.hpp"
#include "app/engine_options.hpp"
#include "app/offsets_lock.hpp"
#include "base/durable_file.hpp"
#include "base/startup_error.hpp"
#include "config/settings.hpp"
#include "debezium/resume_point.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::app {
namespace {

struct arguments {
  std::string config;
  std::string from;  // of import: Debezium's file; empty: the one that the configuration names
  std::string to;    // of export: the same
  bool force = false;
};

/// What the configuration says of positions.
struct places {
  std::string ours;
  std::string debeziums;
  std::string slot;
  debezium::entry_key key;
};

places places_of(const arguments& given) {
  const auto properties = config::settings::load(given.config, config::process_environment(), {});
  places found{.slot = properties.text("debezium.source.slot.name"),
               .key = debezium_key_of(properties)};
  found.debeziums = properties.text("debezium.source.offset.storage.file.filename");
  if (found.debeziums.empty() ||
      properties.text("debezium.source.offset.storage").ends_with("MemoryOffsetBackingStore"))
    throw startup_error(
        "there is no position but the slot's: no file is named by "
        "debezium.source.offset.storage.file.filename");
  found.ours = found.debeziums + ".tidewire";
  return found;
}

file_lock lock_of(const places& where) {
  auto lock = lock_offsets(where.ours, file_lock::kind::alone);
  if (!lock)
    throw startup_error("an engine is running with the position file " + where.ours +
                        "; stop it first");
  return std::move(*lock);
}

std::string_view yes_or_no(bool yes) {
  return yes ? "yes" : "no";
}

void print_line(std::string_view name, std::string_view value) {
  fmt::print("  {:<20} {}\n", name, value);
}

void print_ours(const std::string& path, const std::optional<offsets>& position) {
  if (!position) {
    fmt::print("{}: no such file; the engine has not run with it yet\n", path);
    return;
  }
  fmt::print("{}: the engine's position\n", path);
  print_line("slot", position->slot);
  print_line("cluster",
             position->system_id == 0 ? "not known yet" : std::to_string(position->system_id));
  print_line("snapshot completed", yes_or_no(position->snapshot_completed));
  if (!position->snapshot.empty())
    print_line("snapshot so far",
               fmt::format("{} tables whole, {} begun",
                           position->snapshot.whole_count(),
                           position->snapshot.tables.size() - position->snapshot.whole_count()));
  print_line("durable", to_string(position->durable));
  if (position->within_after)
    print_line("within_after",
               to_string(position->within_after) +
                   ": changes of the next transaction up to here were sent by Debezium");
}

void print_entry(const debezium::entry& entry) {
  fmt::print("  {}\n    {}\n", entry.key_text, entry.value_text.value_or("(taken back)"));
  if (!entry.value_text) return;
  const auto position = debezium::read_position(*entry.value_text);
  if (!position) {
    fmt::print("    {}\n", position.error().message());
    return;
  }
  const auto from = debezium::resume_from(*position);
  if (!from.snapshot_completed)
    fmt::print("    its snapshot was not finished: it begins anew\n");
  else if (from.within_after)
    fmt::print("    goes on after {}, but leaves out the next transaction's changes up to {}\n",
               to_string(from.position),
               to_string(from.within_after));
  else
    fmt::print("    goes on after {}\n", to_string(from.position));
}

int show(const arguments& given) {
  const places where = places_of(given);
  print_ours(where.ours, load_offsets(where.ours));
  if (!std::filesystem::exists(where.debeziums)) {
    fmt::print("{}: no such file; Debezium has not run with it\n", where.debeziums);
    return 0;
  }
  const auto entries = load_debezium_file(where.debeziums);
  fmt::print("{}: Debezium's positions, {}\n", where.debeziums, entries.size());
  for (const auto& one : entries) print_entry(one);
  return 0;
}

int import_position(const arguments& given) {
  const places where = places_of(given);
  const auto lock = lock_of(where);
  if (load_offsets(where.ours) && !given.force)
    throw startup_error("there is a position in " + where.ours +
                        " already, and it is the newer one if an engine ran after Debezium; "
                        "--force replaces it");
  const std::string from = given.from.empty() ? where.debeziums : given.from;
  if (!std::filesystem::exists(from))
    throw startup_error("Debezium's position file " + from + " does not exist");
  const auto position = take_over(from, where.key, where.slot);
  if (!position)
    throw startup_error(from + " has no position of a Debezium with topic.prefix " +
                        where.key.server);
  if (!position->snapshot_completed)
    throw startup_error("Debezium's snapshot was not finished when it wrote " + from +
                        ": there is nothing to go on from, the engine begins with a snapshot");
  if (const auto trouble = save_offsets(where.ours, *position); !trouble.empty())
    throw startup_error(trouble);
  print_ours(where.ours, position);
  return 0;
}

int export_position(const arguments& given) {
  const places where = places_of(given);
  const auto lock = lock_of(where);
  const auto position = load_offsets(where.ours);
  if (!position)
    throw startup_error("there is no position to export: " + where.ours + " does not exist");
  if (!position->snapshot_completed || !position->durable)
    throw startup_error(
        "there is nothing to export yet: without a file Debezium begins as the "
        "engine would, with a snapshot");
  if (position->within_after)
    throw startup_error("the position in " + where.ours +
                        " is still Debezium's, within a transaction that the engine has not sent; "
                        "Debezium's own file is the one to go on with");
  const std::string to = given.to.empty() ? where.debeziums : given.to;
  auto entries = load_debezium_file(to);
  const auto ours = hand_over(*position, where.key);
  std::erase_if(entries, [&](const debezium::entry& one) { return one.key == ours.key; });
  entries.push_back(ours);
  if (const int failed = replace_file(to, debezium::write_position_file(entries)); failed != 0)
    throw startup_error("cannot write " + to + ": " + std::strerror(failed));
  fmt::print("{}: Debezium's positions, {}\n", to, entries.size());
  print_entry(ours);
  return 0;
}

}  // namespace

command add_offsets_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const all = program.add_subcommand(
      "offsets", "Show the position, take it over from Debezium, or hand it back");
  all->require_subcommand(1);
  const auto add = [&](const char* name, const char* about) {
    CLI::App* const one = all->add_subcommand(name, about);
    one->add_option("-c,--config", given->config, "The application.properties file")->required();
    return one;
  };
  CLI::App* const showing = add("show", "Print the engine's position and Debezium's");
  CLI::App* const importing = add("import", "Write the engine's position from Debezium's file");
  importing->add_option("--from", given->from, "Another file than the configured one");
  importing->add_flag("--force", given->force, "Replace a position that is there");
  CLI::App* const exporting =
      add("export", "Write a file with which Debezium goes on after the engine");
  exporting->add_option("--to", given->to, "Another file than the configured one");
  return [given, showing, importing, exporting] {
    if (showing->parsed()) return show(*given);
    if (importing->parsed()) return import_position(*given);
    return exporting->parsed() ? export_position(*given) : 1;
  };
}

}  // namespace tidewire::app
