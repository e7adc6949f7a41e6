#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tidewire::local {

class fault_source;

/// Under whose name and where the local AWS pretends to be; part of every ARN.
struct identity {
  std::string account = "000000000000";
  std::string region = "us-east-1";
  std::string partition = "aws";
};

/// One call of one operation, after the frame has checked the signature and read the protocol. The
/// same whether it came as JSON, CBOR or a Query form: in `input` a blob is base64 text and a
/// timestamp is seconds since 1970 as a number.
struct operation_call {
  std::string operation;  // `PutEvents`, without the target's prefix
  boost::json::object input;
  std::chrono::system_clock::time_point now;
  std::string base_url;            // `http://host:port` as the client named us in its Host header
  fault_source* faults = nullptr;  // null where no faults were asked for
  bool quotas = false;             // whether the published quotas are enforced
};

/// What a member of a call holds. A blob is text, and `text_map` a map from text to text.
enum class member_type : std::uint8_t {
  text,
  number,
  boolean,
  timestamp,
  structure,
  texts,
  structures,
  text_map,
  structure_map
};
struct typed_member {
  std::string_view name;
  member_type type;
};
/// The members of a service's calls, at any depth: a name means the same wherever it stands.
using member_types = std::span<const typed_member>;

/// A refusal as the service words it; the frame gives it the protocol's shape.
struct api_error {
  std::string code;  // `ResourceNotFoundException`, as the JSON protocols name it
  std::string message;
  unsigned status = 400;  // 5xx: the service's fault, else the caller's
  std::string query_code =
      {};  // SQS's older name, `AWS.SimpleQueueService.NonExistentQueue`; empty: the same as code
};

/// The members of the answer (blobs as base64 text, timestamps as seconds), or the refusal.
using reply = boost::system::result<boost::json::object, api_error>;

/// What stands behind one signing name. It decides, and never waits: time comes in with the call.
/// For one thread.
class service {
 public:
  service() = default;
  service(const service&) = delete;
  service& operator=(const service&) = delete;
  virtual ~service() = default;

  /// An operation that the service does not know is refused with unknown_operation().
  virtual reply handle(const operation_call& call) = 0;

  /// By which the frame refuses, before handle(), what came as another type.
  virtual member_types members() const noexcept { return {}; }

  /// Called about ten times a second for what is due without a call: retries, schedules, retention.
  virtual void tick(std::chrono::system_clock::time_point /*now*/) {}

  /// What must outlive a restart with `--data`, for services small enough to be written whole. The
  /// frame writes state() after any call or tick that has moved revision(), and gives it back to
  /// restore() before the first call.
  virtual boost::json::object state() const { return {}; }
  virtual void restore(const boost::json::object& /*state*/) {}
  virtual std::uint64_t revision() const { return 0; }
};

inline api_error unknown_operation(const std::string& operation) {
  return {.code = "UnknownOperationException",
          .message = "The operation " + operation + " is not known here."};
}

inline api_error validation_error(std::string message) {
  return {.code = "ValidationException", .message = std::move(message)};
}

}  // namespace tidewire::local
