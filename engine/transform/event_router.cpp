#include "transform/json_payload.hpp"
#include "transform/json_scan.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"
#include "transform/topic_names.hpp"

#include <charconv>
#include <map>

/// io.debezium.transforms.outbox.EventRouter: rows of an outbox table become the messages that they
/// hold.
namespace tidewire::transform {
namespace {

enum class placement : std::uint8_t { header, envelope, partition };

struct additional_field {
  std::string name;
  std::string alias;
  placement where = placement::header;
};

std::vector<additional_field> additional_fields(const step_options& options) {
  constexpr std::string_view option = "table.fields.additional.placement";
  std::vector<additional_field> out;
  for (const auto& text : options.list(option)) {
    const auto first = text.find(':');
    const auto second = first == std::string::npos ? first : text.find(':', first + 1);
    additional_field made{.name = text.substr(0, first), .alias = {}};
    const std::string where =
        first == std::string::npos ? "" : text.substr(first + 1, second - first - 1);
    made.alias = second == std::string::npos ? made.name : text.substr(second + 1);
    if (where == "envelope")
      made.where = placement::envelope;
    else if (where == "partition")
      made.where = placement::partition;
    else if (where != "header")
      options.refuse(option,
                     "a list of column:header, column:envelope or column:partition, each with "
                     ":alias where it gets another name");
    out.push_back(std::move(made));
  }
  return out;
}

bool blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

class event_router final : public step {
 public:
  explicit event_router(const step_options& options)
      : id_(options.text("table.field.event.id", "id")),
        key_(options.text("table.field.event.key", "aggregateid")),
        payload_(options.text("table.field.event.payload", "payload")),
        timestamp_(options.text("table.field.event.timestamp")),
        version_(options.text("table.field.event.schema.version")),
        route_by_(options.text("route.by.field", "aggregatetype")),
        topics_(options.text("route.topic.regex", "(?<routedByValue>.*)"),
                options.name_of("route.topic.regex"),
                options.text("route.topic.replacement", "outbox.event.${routedByValue}"),
                options.name_of("route.topic.replacement")),
        tombstones_(options.flag("route.tombstone.on.empty.payload", false)),
        expand_(options.flag("table.expand.json.payload", false)),
        nulls_(options.choice("table.json.payload.null.behavior",
                              "ignore",
                              {"ignore", "optional_bytes"}) == "ignore"
                   ? null_members::left_out
                   : null_members::optional_bytes),
        fatal_(options.choice("table.op.invalid.behavior", "warn", {"warn", "error", "fatal"}) ==
               "fatal"),
        additional_(additional_fields(options)),
        error_on_missing_(options.flag("table.fields.additional.error.on.missing", true)) {
    for (const auto& one : additional_) enveloped_ = enveloped_ || one.where == placement::envelope;
  }

  outcome apply(record& r) override {
    if (r.value.content.null()) return outcome::dropped;
    if (!is_envelope(r)) return outcome::kept;
    const part change = std::move(r.value);
    const value* const op = change.member("op");
    if (op != nullptr && op->text == "\"d\"") return outcome::dropped;
    if (op != nullptr && op->text == "\"u\"")
      return fatal_ ? r.fail(
                          "EventRouter: a row of the outbox was updated, and "
                          "table.op.invalid.behavior=fatal")
                    : outcome::dropped;
    const value* const after = change.member("after");
    if (after == nullptr || !after->structure())
      return r.fail("EventRouter: a change of the outbox without a row");
    part row{.shape = change.shape->fields[*change.shape->find("after")].shape, .content = *after};
    take_defaults(row);
    return route(r, change, row);
  }

 private:
  outcome route(record& r, const part& change, const part& row) {
    for (const std::string* column : {&id_, &key_, &payload_, &route_by_})
      if (row.member(*column) == nullptr)
        return r.fail("EventRouter: the outbox has no column " + *column);
    if (!set_timestamp(r, change, row)) return outcome::failed;
    const value& routed = *row.member(route_by_);
    if (!routed.leaf() || shape_of(row, route_by_)->kind != type::string)
      return r.fail("EventRouter: " + route_by_ + " does not hold a text");
    const std::string routed_by = unquoted(routed.text);

    part message{.shape = shape_of(row, payload_), .content = *row.member(payload_)};
    const bool text = message.content.leaf() && message.shape->kind == type::string;
    const std::string payload = text ? unquoted(message.content.text) : std::string();
    if (expand_ && text)
      if (auto expanded = expand_json(payload, payload_, nulls_, *r.texts))
        message = std::move(*expanded);
    const bool empty = message.content.null() || (text && blank(payload));

    r.headers.emplace_back("id");
    std::vector<value> more;
    if (!place_additional(r, row, more)) return outcome::failed;
    r.key = {.shape = shape_of(row, key_), .content = *row.member(key_)};
    if (empty && tombstones_) {
      r.value = {};
    } else if (!enveloped_) {
      r.value = std::move(message);
    } else {
      schema_ptr shape = envelope_shape(message.shape, row, routed_by);
      if (!shape) return r.fail("EventRouter: " + version_ + " does not hold an integer");
      more.insert(more.begin(), std::move(message.content));
      r.value = {.shape = std::move(shape), .content = value::made_of(std::move(more))};
    }
    const auto& topic = topics_.of(routed_by);
    r.topic = topic ? *topic : routed_by;
    return outcome::kept;
  }

  static const schema_ptr& shape_of(const part& row, const std::string& column) {
    return row.shape->fields[*row.shape->find(column)].shape;
  }

  static std::optional<std::int64_t> number(const value* from) {
    if (from == nullptr || !from->leaf()) return std::nullopt;
    std::int64_t read = 0;
    const char* const end = from->text.data() + from->text.size();
    const auto done = std::from_chars(from->text.data(), end, read);
    if (done.ec != std::errc() || done.ptr != end) return std::nullopt;
    return read;
  }

  bool set_timestamp(record& r, const part& change, const part& row) const {
    r.timestamp_ms = number(change.member("ts_ms"));
    if (timestamp_.empty()) return true;
    const value* const own = row.member(timestamp_);
    const std::string kind = own == nullptr ? std::string() : shape_of(row, timestamp_)->name;
    const std::int64_t per_ms = kind == "io.debezium.time.Timestamp"        ? 1
                                : kind == "io.debezium.time.MicroTimestamp" ? 1'000
                                : kind == "io.debezium.time.NanoTimestamp"  ? 1'000'000
                                                                            : 0;
    if (own != nullptr && own->null()) return true;
    if (per_ms == 0) {
      r.fail("EventRouter: " + timestamp_ + " is not a column of type timestamp");
      return false;
    }
    if (const auto read = number(own)) r.timestamp_ms = *read / per_ms;
    return true;
  }

  bool place_additional(record& r, const part& row, std::vector<value>& enveloped) const {
    for (const additional_field& one : additional_) {
      const value* const own = row.member(one.name);
      if (own == nullptr && error_on_missing_) {
        r.fail("EventRouter: the outbox has no column " + one.name +
               ", which table.fields.additional.placement names");
        return false;
      }
      if (own == nullptr) continue;
      if (one.where == placement::envelope) enveloped.push_back(*own);
      if (one.where == placement::header) r.headers.push_back(one.alias);
    }
    return true;
  }

  /// Null: the version is not a number. The name is that of the first topic that a payload of this
  /// schema went to, as in Debezium.
  schema_ptr envelope_shape(const schema_ptr& payload,
                            const part& row,
                            const std::string& routed_by) {
    if (version_.empty())
      return envelopes_.of(payload, [&](const schema&) {
        return make_envelope(payload, row, routed_by, std::nullopt);
      });
    const auto version = number(row.member(version_));
    if (!version) return nullptr;
    schema_ptr& known = versions_[*version];
    if (!known) known = make_envelope(payload, row, routed_by, version);
    return known;
  }

  schema_ptr make_envelope(const schema_ptr& payload,
                           const part& row,
                           const std::string& routed_by,
                           std::optional<std::int64_t> version) const {
    schema made;
    const std::string& own = row.shape->name;
    const auto dot = own.rfind('.');
    made.name = own.empty()                ? routed_by
                : dot == std::string::npos ? routed_by + "." + own
                                           : own.substr(0, dot + 1) + routed_by + own.substr(dot);
    made.version = version;
    made.fields.emplace_back("payload", payload);
    for (const additional_field& one : additional_)
      if (one.where == placement::envelope && row.member(one.name) != nullptr)
        made.fields.emplace_back(one.alias, shape_of(row, one.name));
    return shared(std::move(made));
  }

  std::string id_;
  std::string key_;
  std::string payload_;
  std::string timestamp_;
  std::string version_;
  std::string route_by_;
  topic_names topics_;
  bool tombstones_;
  bool expand_;
  null_members nulls_;
  bool fatal_;
  std::vector<additional_field> additional_;
  bool error_on_missing_;
  bool enveloped_ = false;
  derived_schemas envelopes_;
  std::map<std::int64_t, schema_ptr> versions_;
};

}  // namespace

std::unique_ptr<step> make_event_router(const step_options& options) {
  return std::make_unique<event_router>(options);
}

}  // namespace tidewire::transform
