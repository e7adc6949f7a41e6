#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::app {

/// A change of the inventory database and, where its table is captured, the event that must come of
/// it.
struct demo_change {
  std::string sql;
  std::string table;  // inventory.<table>
  std::string
      operation;  // Debezium's op: c, u, d; empty: the table is not captured, nothing may come
  long id = 0;    // primary key of the row
};

/// What the demo does to the seed's tables by itself.
const std::vector<demo_change>& demo_changes();

/// An event as the consumer printed it, reduced to what the demo compares and shows.
struct demo_event {
  std::string stream;
  std::string detail_type;
  std::string operation;
  std::string table;
  long id = 0;
  std::string row;  // the `after` image, or `before` where there is none, as JSON text
};

/// Reads one line of `tidewire consume --output json`; nothing if it is not an event of a table.
std::optional<demo_event> parse_demo_event(std::string_view line);

/// Takes the lines of a pipe as they come.
class line_reader {
 public:
  explicit line_reader(int fd) : fd_(fd) {}

  /// The next line without its end, or nothing when `patience` is over, a signal came, or the pipe
  /// ended.
  std::optional<std::string> next(std::chrono::milliseconds patience);
  bool ended() const noexcept { return ended_; }

 private:
  int fd_;
  bool ended_ = false;
  std::string pending_;

  std::optional<std::string> take_line();
};

}  // namespace tidewire::app
