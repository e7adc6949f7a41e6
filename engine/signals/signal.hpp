#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What users ask of the running engine, and what it tells itself through the signal table.
namespace tidewire::signals {

/// A row of the signal table, or a line of the signal file.
struct message {
  std::string id;
  std::string type;
  std::string data;  // JSON, or empty

  bool operator==(const message&) const = default;
};

/// A line of the signal file that is none.
struct fault {
  std::string why;
};

/// One line of the signal file: an object with id, type and data.
std::variant<message, fault> read_line(std::string_view line);

/// Of one element of additional-conditions, or the old additional-condition.
struct condition {
  std::string tables;  // expression
  std::string filter;  // SQL
};

/// execute-snapshot
struct start_snapshot {
  bool blocking = false;
  std::vector<std::string> tables;  // names or expressions
  std::vector<condition> conditions;
  std::string surrogate_key;  // column; empty: the key
};
/// stop-snapshot; no tables: all of it
struct stop_snapshot {
  std::vector<std::string> tables;
};
struct pause_snapshot {};
struct resume_snapshot {};
/// The engine's own marks around a chunk; the signal's id begins with the chunk's.
struct open_window {};
struct close_window {};
/// log
struct write_log {
  std::string text;
};
/// Known, understood and of no effect; or not understood.
struct ignored {
  std::string why;
};

using request = std::variant<start_snapshot,
                             stop_snapshot,
                             pause_snapshot,
                             resume_snapshot,
                             open_window,
                             close_window,
                             write_log,
                             ignored>;

/// What the signal asks for. Anything that is wrong with it makes it `ignored`, with the reason.
request read(const message& signal);

/// The types of the engine's own marks.
inline constexpr std::string_view open_type = "snapshot-window-open";
inline constexpr std::string_view close_type = "snapshot-window-close";

}  // namespace tidewire::signals
