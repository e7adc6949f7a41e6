#pragma once

#include "postgres/database_fixture.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/replication.hpp"
#include "postgres/slot.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// A slot with a publication of all tables, and its stream as short lines.
namespace tidewire::postgres {

inline std::string printed(tuple_view row) {
  std::string text;
  for (const value_view& value : row) {
    if (!text.empty()) text += '|';
    if (value.kind == value_kind::null) {
      text += "~";
    } else if (value.kind == value_kind::unchanged_toast) {
      text += "(toast)";
    } else {
      text += value.bytes;
    }
  }
  return text;
}

/// What a stream says, as short lines.
inline std::string told(const pgoutput_message& message) {
  struct teller {
    std::string operator()(const begin_message&) const { return "begin"; }
    std::string operator()(const commit_message&) const { return "commit"; }
    std::string operator()(const origin_message& m) const {
      return "origin " + std::string(m.name);
    }
    std::string operator()(const relation_message& m) const {
      return "relation " + std::string(m.name) + ' ' + static_cast<char>(m.identity);
    }
    std::string operator()(const type_message& m) const { return "type " + std::string(m.name); }
    std::string operator()(const insert_message& m) const { return "+ " + printed(m.new_row); }
    std::string operator()(const update_message& m) const {
      const char* const kinds[] = {"", "key ", "full "};
      return "u " +
             (m.old_kind == old_row_kind::none
                  ? ""
                  : kinds[static_cast<int>(m.old_kind)] + printed(m.old_row) + " > ") +
             printed(m.new_row);
    }
    std::string operator()(const delete_message& m) const {
      return (m.old_kind == old_row_kind::key ? "- key " : "- full ") + printed(m.old_row);
    }
    std::string operator()(const truncate_message& m) const {
      return "truncate " + std::to_string(m.relations.size()) + (m.cascade ? " cascade" : "") +
             (m.restart_identity ? " restart" : "");
    }
    std::string operator()(const logical_message& m) const {
      return (m.transactional ? "message " : "message! ") + std::string(m.prefix) + ' ' +
             std::string(m.content);
    }
  };
  return std::visit(teller{}, message);
}

class replication_test : public database_test {
 protected:
  void prepare(const std::string& setup) {
    sql(setup + "; CREATE PUBLICATION p FOR ALL TABLES");
    done(create_slot(*connect(connection_mode::replication), "s"));
  }

  std::unique_ptr<replication_session> start(
      lsn from = {}, std::chrono::milliseconds interval = std::chrono::seconds(10)) {
    replication_options how;
    how.slot = "s";
    how.publication = "p";
    how.start = from;
    how.status_interval = interval;
    return done(replication_session::start(connect(connection_mode::replication), how, [] {
      return std::chrono::system_clock::now();
    }));
  }

  /// Reads until `commits` transactions have ended; Begins and Commits themselves are not told.
  std::vector<std::string> read(replication_session& session, int commits) {
    std::vector<std::string> lines;
    while (commits > 0) {
      xlog_data data;
      const auto state = session.try_next(data);
      if (state == stream_state::would_block) {
        const auto readable = attempt(session.wait_readable(patience_ends()));
        if (!readable || !*readable) {
          ADD_FAILURE() << "nothing comes" << (readable ? "" : describe(readable.error()));
          return lines;
        }
      } else if (state == stream_state::data) {
        const auto message = decoder_.decode(data.payload);
        if (!message) {
          ADD_FAILURE() << message.error().message();
          return lines;
        }
        if (const auto* commit = std::get_if<commit_message>(&*message)) {
          last_end_ = commit->end_lsn;
          --commits;
        } else if (!std::holds_alternative<begin_message>(*message)) {
          lines.push_back(told(*message));
        }
      } else if (state != stream_state::keepalive) {
        ADD_FAILURE() << describe(session.stream_failure());
        return lines;
      }
    }
    return lines;
  }

  std::string slot_column(const std::string& column) const {
    return cluster().sql("postgres",
                         "SELECT " + column + " FROM pg_replication_slots WHERE slot_name = 's'");
  }
  /// Whether it comes to be so; whatever was spawned goes on meanwhile.
  bool eventually(const std::function<bool()>& holds) {
    for (const auto end = patience_ends(); !holds();) {
      if (std::chrono::steady_clock::now() > end) return false;
      asio::steady_timer pause(io_, std::chrono::milliseconds(20));
      pause.async_wait([&](error_code) { io_.stop(); });
      io_.restart();
      io_.run();
    }
    return true;
  }
  /// Lets keep_reporting() run whenever a test runs anything else.
  void report(replication_session& session) {
    asio::co_spawn(
        io_, session.keep_reporting(), [this](std::exception_ptr, outcome<nothing> ended) {
          reporting_ended_ = true;
          if (!ended) reporting_failure_ = ended.error();
        });
  }

  pgoutput_decoder decoder_;
  lsn last_end_;
  bool reporting_ended_ = false;
  std::optional<failure> reporting_failure_;
};

}  // namespace tidewire::postgres
