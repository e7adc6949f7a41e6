#pragma once

#include "consumer/transaction_mark.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::consumer {

/// A message that was found to be an EventBridge event around a Debezium event.
struct received_event {
  std::string id;  // of the EventBridge event
  std::string detail_type;
  std::string source;
  std::string account;  // empty where it was left out
  std::string time;
  std::string region;
  std::string operation;  // Debezium's op: c, u, d, r, t, m; empty where it is not a change, or is
                          // an unwrapped row
  std::string before;     // JSON text of the row, or `null`
  std::string after;
  std::string event;     // the detail as it was: JSON text on one line
  std::string identity;  // the same whenever the change comes again; empty where that is unknown or
                         // not wanted
  std::optional<transaction_mark> transaction;  // nothing where it has none, or it is not wanted
};

/// Why a message is not one: a sentence that names the part.
struct rejection {
  std::string reason;
};

[[noreturn]] void throw_exception_from_error(const rejection& why,
                                             const boost::source_location& where);

using envelope_result = boost::system::result<received_event, rejection>;

/// Checks message after message; keeps its parsers' memory.
class envelope_reader {
 public:
  struct options {
    bool unwrapped = false;     // the detail may be a bare row: any object passes
    bool identities = false;    // are wanted
    bool transactions = false;  // are wanted
  };

  explicit envelope_reader(options how);
  ~envelope_reader();
  envelope_reader(envelope_reader&&) noexcept;
  envelope_reader& operator=(envelope_reader&&) noexcept;

  /// \param body of an SQS message: {version "0", id, detail-type, source, account, time, region,
  /// resources, detail}, with a Debezium event as detail, either {schema, payload} or the payload
  /// alone: before, after, source {version, connector, name, ts_ms, snapshot, db, schema, table …},
  /// op, ts_ms. Members beyond these are welcome; `account` may be missing, since some emulators
  /// leave it out.
  envelope_result read(std::string_view body);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tidewire::consumer
