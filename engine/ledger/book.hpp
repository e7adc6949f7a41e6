#pragma once

#include "base/lsn.hpp"
#include "ledger/arrival.hpp"
#include "ledger/test_decoding.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidewire::ledger {

/// What the book has to say of one table.
struct table_findings {
  std::string name;                 // schema.table
  std::uint64_t expected = 0;       // events that the log requires
  std::uint64_t arrived = 0;        // of those
  std::uint64_t missing = 0;        // of those, and rows that the snapshot should have had
  std::uint64_t repeated = 0;       // arrivals of what had arrived before
  std::uint64_t inverted = 0;       // first arrivals behind a later event of their key
  std::uint64_t differing = 0;      // arrivals with another value than the log
  std::uint64_t unknown = 0;        // arrivals within the range that the log does not have
  std::uint64_t snapshot_rows = 0;  // distinct
  std::uint64_t log_hash = 0;       // rolled over the required events, in the order of the log
  std::uint64_t arrival_hash = 0;   // over those of them that arrived, by their own content
};

struct findings {
  std::vector<table_findings> tables;  // by name
  lsn snapshot;                        // the last one's position; 0: no row of one arrived
  std::uint64_t transactions = 0;      // of the log, with changes of the tables
  std::uint64_t before_snapshot = 0;   // changes that only the snapshot answers for
  std::uint64_t outside = 0;           // arrivals before or beyond the range
  std::vector<std::string> examples;   // the first things that are wrong

  /// Nothing lost, inverted, changed or made up.
  bool good() const noexcept;
};

/// Holds what arrived against the log. First the tables, then the log, then the arrivals, each in
/// order, then close().
class book {
 public:
  struct options {
    bool values = true;          // compare what columns hold
    std::string not_sent = "t";  // operations that are not required: Debezium's skipped.operations
    lsn from;                    // the range of the log that is known
    lsn until;
  };

  explicit book(options how) : how_(std::move(how)) {}

  /// \param key columns of the key, in any order; none: only counts can be judged.
  void add_table(std::string schema,
                 std::string name,
                 std::vector<std::string> key,
                 bool in_snapshot);

  void change(lsn position, const decoded_line& line);
  void commit(lsn end);
  void arrived(const arrival& one);
  findings close();

 private:
  using table_index = std::uint32_t;
  struct table {
    std::vector<std::string> key;
    bool in_snapshot = true;
    bool key_is_plain = true;  // its texts in the log are those in events
    std::unordered_map<std::string, std::uint64_t> latest;  // by key: highest order that arrived
    std::unordered_map<std::string, lsn> snapshot_keys;     // the last snapshot that had the row
    table_findings found;
  };
  struct entry {
    table_index of = 0;
    char operation = ' ';
    bool has_arrived = false;
    lsn position, commit_end;
    std::string key;
    std::vector<decoded_column> row;
    std::uint64_t log_digest = 0, arrival_digest = 0;
    std::size_t same = none;  // the next one that cannot be told from this one
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  table* find(std::string_view schema, std::string_view name, table_index& index);
  void add(table_index of,
           char operation,
           lsn position,
           std::string key,
           std::vector<decoded_column> row);
  void add_update(table_index of, lsn position, const decoded_line& line);
  void snapshot_row(table& of, const arrival& one);
  void matched(table& of, std::size_t which, const arrival& one);
  void in_order(table& of, const arrival& one, std::uint64_t order);
  void require_of_snapshot(lsn snapshot, findings& to);
  void say(
      const table& of, std::string_view what, char operation, lsn position, std::string_view key);
  std::size_t first_after(lsn position) const;

  options how_;
  std::map<std::pair<std::string, std::string>, table_index, std::less<>> names_;
  std::vector<table> tables_;
  std::vector<entry> entries_;  // in the order of their commits
  std::size_t committed_ = 0;   // of entries_
  std::unordered_map<std::string, std::size_t> by_identity_;
  findings all_;
};

}  // namespace tidewire::ledger
