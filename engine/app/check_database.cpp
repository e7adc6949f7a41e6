#include "app/check_rights.hpp"
#include "app/check_roads.hpp"
#include "app/engine_options.hpp"
#include "app/offsets.hpp"
#include "base/startup_error.hpp"
#include "postgres/catalog.hpp"
#include "postgres/connection.hpp"
#include "postgres/publication.hpp"
#include "postgres/slot.hpp"
#include "postgres/slot_claim.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tidewire::app {
namespace {

using grade = finding::grade;

std::string_view identity_text(const postgres::table& table) {
  switch (table.identity) {
    case postgres::replica_identity::by_default:
      return "DEFAULT";
    case postgres::replica_identity::nothing:
      return "NOTHING";
    case postgres::replica_identity::full:
      return "FULL";
    case postgres::replica_identity::index:
      return "USING INDEX";
  }
  return "";
}

/// What updates and deletes of a table will look like.
finding judge_table(const postgres::table& table, bool has_primary_key, bool published) {
  finding found{grade::good,
                fmt::format("table {}.{}", table.schema, table.name),
                fmt::format("replica identity {}", identity_text(table))};
  const bool by_missing_key =
      table.identity == postgres::replica_identity::by_default && !has_primary_key;
  if (!published) {
    found.how = grade::note;
    found.text += "; not in the publication, so only a snapshot would see it";
  } else if (by_missing_key || table.identity == postgres::replica_identity::nothing) {
    found.how = grade::note;
    found.text += by_missing_key ? ", but there is no primary key" : "";
    found.text +=
        ": PostgreSQL refuses updates and deletes while it is published; ALTER TABLE … REPLICA "
        "IDENTITY FULL";
  }
  return found;
}

class database_look {
 public:
  explicit database_look(const config::settings& properties)
      : options_(reader_options_of(properties)) {}

  asio::awaitable<database_findings> run() {
    auto opening = postgres::connection::open(options_.database, postgres::connection_mode::query);
    auto opened = co_await std::move(opening);
    const auto subject = "database " + describe(options_.database);
    if (!opened) {
      add(grade::bad, subject, describe(opened.error()));
      co_return std::move(found_);
    }
    database_ = std::move(*opened);
    const int version = database_->server_version();
    add(grade::good,
        subject,
        fmt::format("connected, PostgreSQL {}.{}", version / 10'000, version % 10'000));
    co_await look_at_server();
    co_await look_at_slot();
    look_at_position();
    co_await look_at_tables();
    co_return std::move(found_);
  }

 private:
  void add(grade how, std::string subject, std::string text) {
    found_.all.push_back({how, std::move(subject), std::move(text)});
  }

  asio::awaitable<void> look_at_server() {
    const auto checked = co_await postgres::check_server(*database_);
    if (checked)
      add(grade::good, "server", "wal_level is logical, and the role may replicate");
    else
      add(grade::bad, "server", describe(checked.error()));
  }

  /// What would be made by the first start, or why that could not make it.
  void add_missing(std::string subject,
                   std::string made,
                   const postgres::outcome<std::optional<std::string>>& obstacle) {
    if (!obstacle)
      add(grade::bad, std::move(subject), describe(obstacle.error()));
    else if (*obstacle)
      add(grade::bad, std::move(subject), "is not there, and " + **obstacle);
    else
      add(grade::note, std::move(subject), std::move(made));
  }

  /// Without its file each start takes a snapshot.
  void look_at_position() {
    if (options_.offsets_file.empty()) return;
    namespace fs = std::filesystem;
    std::error_code ignored;
    const auto subject = "position file " + options_.offsets_file;
    const fs::path file = fs::absolute(options_.offsets_file, ignored);
    fs::path there = file.parent_path();
    while (!fs::exists(there, ignored) && there.has_relative_path()) there = there.parent_path();
    if (!fs::is_directory(there, ignored))
      add(grade::bad, subject, there.string() + " is no folder");
    else if (fs::is_directory(file, ignored))
      add(grade::bad, subject, "is a folder");
    else if (::access(there.c_str(), W_OK) != 0)
      add(grade::bad,
          subject,
          fmt::format("{} cannot be written to: {}", there.string(), std::strerror(errno)));
  }

  /// Whether the next start would read the rows of the captured tables.
  bool snapshot_is_due() {
    if (options_.snapshot == snapshot_mode::never) return false;
    if (options_.snapshot == snapshot_mode::always || options_.offsets_file.empty()) return true;
    try {
      const auto position = load_offsets(options_.offsets_file);
      return !position || !position->snapshot_completed;
    } catch (const startup_error& error) {
      add(grade::bad, "position", error.what());
      return true;
    }
  }

  asio::awaitable<void> look_at_slot() {
    const auto subject = "slot " + options_.slot;
    const auto slot = co_await postgres::find_slot(*database_, options_.slot);
    if (!slot) {
      add(grade::bad, subject, describe(slot.error()));
    } else if (!*slot) {
      const auto obstacle = co_await slot_obstacle(*database_);
      add_missing(subject, "is not there; the first start makes it", obstacle);
    } else if (const auto usable = postgres::check_slot(**slot, options_.database.dbname); usable) {
      co_await look_at_claim(**slot);
    } else {
      const bool busy = usable.error().code == make_error_code(postgres::errc::slot_in_use);
      add(busy ? grade::note : grade::bad, subject, describe(usable.error()));
    }
  }

  asio::awaitable<void> look_at_claim(postgres::slot_state slot) {
    const auto subject = "slot " + slot.name;
    const auto claimant = co_await postgres::find_claimant(*database_, slot.name);
    const std::string from = to_string(slot.confirmed_flush);
    if (!claimant)
      add(grade::bad, subject, describe(claimant.error()));
    else if (*claimant != 0)
      add(grade::note,
          subject,
          fmt::format(
              "an engine (process {} of the server) takes a snapshot, or catches up, before "
              "it streams from {}",
              *claimant,
              from));
    else
      add(grade::good, subject, "is there; streaming would go on from " + from);
  }

  asio::awaitable<void> look_at_tables() {
    const auto published = co_await look_at_publication();
    const auto candidates = co_await postgres::list_tables(*database_, options_.capture.captured);
    if (!candidates) {
      add(grade::bad, "tables", describe(candidates.error()));
      co_return;
    }
    const bool due = snapshot_is_due();
    if (candidates->empty())
      add(grade::note, "tables", "the lists match no table: nothing would be captured");
    for (const auto& candidate : *candidates) {
      if (!candidate.logged) {
        add(grade::note,
            "table " + to_string(candidate.name),
            "is UNLOGGED, which no publication can hold");
        continue;
      }
      const auto table = co_await postgres::describe_table(*database_, candidate.id);
      if (!table || !*table) continue;  // dropped this moment
      const bool has_primary_key = co_await find_primary_key(candidate.id);
      const bool carried =
          !published ||
          std::find(published->begin(), published->end(), candidate.name) != published->end();
      found_.all.push_back(judge_table(**table, has_primary_key, carried));
      co_await look_at_large_values(**table);
      auto looking = snapshot_obstacle(*database_, candidate.name, candidate.id);
      const auto obstacle = co_await std::move(looking);
      if (obstacle && *obstacle)
        add(due ? grade::bad : grade::note, "table " + to_string(candidate.name), **obstacle);
      found_.captured.push_back(candidate.name);
    }
  }

  asio::awaitable<void> look_at_large_values(const postgres::table& table) {
    if (table.identity == postgres::replica_identity::full) co_return;
    const auto columns = co_await columns_out_of_line(*database_, table.id);
    if (!columns || columns->empty()) co_return;
    add(grade::note,
        "table " + table.schema + "." + table.name,
        fmt::format("has values out of line ({}), for which an update that leaves them alone sends "
                    "\"{}\"; ALTER TABLE … REPLICA IDENTITY FULL sends them",
                    *columns,
                    options_.events.unavailable_placeholder));
  }

  asio::awaitable<bool> find_primary_key(oid table) {
    std::string sql =
        fmt::format("SELECT 1 FROM pg_index WHERE indisprimary AND indrelid = {}", table.value);
    const auto rows = co_await database_->query(std::move(sql));
    co_return rows && !rows->empty();
  }

  /// The tables that the publication carries; nothing where the start would make or change it so
  /// that it carries all that are captured.
  asio::awaitable<std::optional<std::vector<postgres::table_name>>> look_at_publication() {
    const auto& name = options_.publication.name;
    const auto subject = "publication " + name;
    const bool disabled =
        options_.publication.autocreate == postgres::publication_autocreate::disabled;
    const bool filtered =
        options_.publication.autocreate == postgres::publication_autocreate::filtered;
    std::string sql =
        "SELECT 1 FROM pg_publication WHERE pubname = " + postgres::quote_literal(name);
    const auto there = co_await database_->query(std::move(sql));
    if (!there) {
      add(grade::bad, subject, describe(there.error()));
      co_return std::nullopt;
    }
    if (there->empty()) {
      if (disabled)
        add(grade::bad,
            subject,
            "is not there, and publication.autocreate.mode=disabled; CREATE PUBLICATION " +
                postgres::quote_identifier(name) + " FOR TABLE …");
      else
        co_await look_at_making_publication(subject);
      co_return std::nullopt;
    }
    auto tables = co_await postgres::published_tables(*database_, name);
    if (!tables) {
      add(grade::bad, subject, describe(tables.error()));
      co_return std::nullopt;
    }
    add(grade::good, subject, fmt::format("is there, with {} tables", tables->size()));
    if (filtered) co_return std::nullopt;
    co_return std::move(*tables);
  }

  asio::awaitable<void> look_at_making_publication(std::string subject) {
    const bool filtered =
        options_.publication.autocreate == postgres::publication_autocreate::filtered;
    const auto obstacle = co_await publication_obstacle(*database_, options_);
    add_missing(std::move(subject),
                filtered ? "is not there; the first start makes it for the captured tables"
                         : "is not there; the first start makes it for all tables",
                obstacle);
  }

  reader_options options_;
  std::unique_ptr<postgres::connection> database_;
  database_findings found_;
};

}  // namespace

asio::awaitable<database_findings> look_at_database(const config::settings& properties) {
  database_look look(properties);
  auto looking = look.run();
  co_return co_await std::move(looking);
}

}  // namespace tidewire::app
