#pragma once

#include "base/startup_error.hpp"
#include "event/record_output.hpp"
#include "event/streams.hpp"
#include "transform/chain.hpp"
#include "transform/transformed_output.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::transform::test {

using option_list = std::vector<std::pair<std::string, std::string>>;

inline definition step_of(std::string class_name,
                          option_list options = {},
                          std::string name = "t") {
  return {.name = name,
          .prefix = "debezium.transforms." + name + ".",
          .class_name = std::move(class_name),
          .options = std::move(options),
          .predicate = {},
          .negate = false};
}

inline const std::string kafka = "org.apache.kafka.connect.transforms.";
inline const std::string debezium = "io.debezium.transforms.";

/// A record as it goes in or comes out.
struct message {
  std::string topic;
  std::optional<std::string> key;
  std::string value;                            // empty: a tombstone
  std::optional<std::uint64_t> lone_hash = {};  // set: the record stands in no order

  bool operator==(const message&) const = default;
};

inline const std::string id_shape = R"({"type":"int32","optional":false,"default":0,"field":"id"})";
inline const std::string row_fields =
    "[" + id_shape +
    R"(,{"type":"string","optional":true,"field":"name"},{"type":"int64","optional":true,"name":"io.debezium.time.MicroTimestamp","version":1,"default":5,"field":"at"}])";

inline std::string row_shape(const std::string& field) {
  return R"({"type":"struct","fields":)" + row_fields +
         R"(,"optional":true,"name":"s.public.t.Value","field":")" + field + R"("})";
}
inline const std::string envelope_shape =
    R"({"type":"struct","fields":[)" + row_shape("before") + "," + row_shape("after") +
    R"(,{"type":"struct","fields":[{"type":"string","optional":false,"field":"table"},{"type":"int64","optional":true,"field":"lsn"}],"optional":false,"name":"io.debezium.connector.postgresql.Source","field":"source"})"
    R"(,{"type":"string","optional":false,"field":"op"},{"type":"struct","fields":[{"type":"string","optional":false,"field":"id"}],"optional":true,"name":"event.block","version":1,"field":"transaction"}])"
    R"(,"optional":false,"name":"s.public.t.Envelope","version":1})";

inline std::string document(const std::string& shape, const std::string& payload) {
  return R"({"schema":)" + shape + R"(,"payload":)" + payload + "}";
}

inline std::string key_shape(const std::string& name = "s.public.t.Key") {
  return R"({"type":"struct","fields":[)" + id_shape + R"(],"optional":false,"name":")" + name +
         R"("})";
}

/// A change of table public.t; the rows are JSON objects or null.
inline message change(const std::string& op, const std::string& before, const std::string& after) {
  return {.topic = "s.public.t",
          .key = document(key_shape(), R"({"id":1})"),
          .value = document(envelope_shape,
                            R"({"before":)" + before + R"(,"after":)" + after +
                                R"(,"source":{"table":"t","lsn":77},"op":")" + op +
                                R"(","transaction":null})")};
}
inline const std::string ann = R"({"id":1,"name":"Ann","at":7})";
inline message insert() {
  return change("c", "null", ann);
}
inline message removal() {
  return change("d", R"({"id":1,"name":null,"at":5})", "null");
}
inline message tombstone() {
  return {.topic = "s.public.t", .key = document(key_shape(), R"({"id":1})"), .value = ""};
}

/// A flat value, as behind ExtractNewRecordState.
inline message flat(const std::string& fields, const std::string& payload) {
  return {.topic = "s.public.t",
          .key = document(key_shape(), R"({"id":1})"),
          .value = document(R"({"type":"struct","fields":[)" + fields +
                                R"(],"optional":false,"name":"s.public.t.Value"})",
                            payload)};
}

/// What a chain makes of messages of one change; `trouble` where it failed.
struct passed {
  std::vector<message> out;
  std::string trouble;
};

/// Writes the message as an encoder would.
inline void put(const message& one, event::record_buffer& buffer, event::streams& names) {
  event::record made{.destination = names.intern(one.topic)};
  made.has_key = one.key.has_value();
  made.lone = true;  // as a snapshot's are
  if (one.lone_hash) made.order = event::keyless_order::none;
  made.key_hash = one.lone_hash.value_or(event::key_hash(one.key.value_or("")));
  made.key_offset = static_cast<std::uint32_t>(buffer.bytes.size());
  buffer.bytes.append(one.key.value_or(""));
  made.key_size = static_cast<std::uint32_t>(one.key.value_or("").size());
  made.value_offset = static_cast<std::uint32_t>(buffer.bytes.size());
  buffer.bytes.append(one.value);
  made.value_size = static_cast<std::uint32_t>(one.value.size());
  buffer.records.push_back(made);
}

inline passed pass(const std::vector<definition>& steps,
                   const std::vector<message>& in,
                   transformed_output::options how = {},
                   const std::vector<definition>& predicates = {}) {
  const chain all(steps, predicates);
  event::streams names;
  event::record_buffer sent;
  event::single_output to(sent);
  transformed_output through(all, how, names, to);
  for (const message& one : in) put(one, through.for_key(0), names);
  passed result;
  if (!through.pass()) result.trouble = through.trouble();
  for (const event::record& one : sent.records) {
    EXPECT_FALSE(one.lone) << "a chain may give several records one key";
    const bool alone = one.order == event::keyless_order::none;
    if (!alone) {
      EXPECT_EQ(one.key_hash, event::key_hash(sent.key(one)));
    }
    result.out.push_back(
        {.topic = one.destination->name,
         .key = one.has_key ? std::optional(std::string(sent.key(one))) : std::nullopt,
         .value = std::string(sent.value(one)),
         .lone_hash = alone ? std::optional(one.key_hash) : std::nullopt});
  }
  return result;
}

/// The only message that comes out.
inline message only(const std::vector<definition>& steps,
                    const message& in,
                    transformed_output::options how = {}) {
  const passed result = pass(steps, {in}, how);
  EXPECT_EQ(result.trouble, "");
  EXPECT_EQ(result.out.size(), 1U);
  return result.out.empty() ? message{} : result.out.front();
}

inline constexpr transformed_output::options without_schemas{.key_schemas = false,
                                                             .value_schemas = false};

inline std::string refusal_of(const definition& step) {
  try {
    const chain made({step}, {});
  } catch (const startup_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace tidewire::transform::test
