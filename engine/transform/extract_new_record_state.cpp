#include "transform/added_field.hpp"
#include "transform/json_scan.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

/// io.debezium.transforms.ExtractNewRecordState: the row alone, instead of the change's envelope.
namespace tidewire::transform {
namespace {

enum class deletes : std::uint8_t { drop, null, rewrite };

class extract_new_record_state final : public step {
 public:
  explicit extract_new_record_state(const step_options& options)
      : fields_(added_fields(options, "add.fields", "add.fields.prefix")),
        headers_(added_fields(options, "add.headers", "add.headers.prefix")),
        route_by_(options.text("route.by.field")) {
    // Accepted and without effect: what fills the header that drop.fields.header.name names is not
    // supported.
    options.flag("drop.fields.from.key", false);
    options.flag("drop.fields.keep.schema.compatible", true);
    if (!options.text("delete.tombstone.handling.mode").empty()) {
      const std::string mode =
          options.choice("delete.tombstone.handling.mode",
                         "",
                         {"drop", "tombstone", "rewrite", "rewrite-with-tombstone"});
      deletes_ = mode == "drop"        ? deletes::drop
                 : mode == "tombstone" ? deletes::null
                                       : deletes::rewrite;
      drop_tombstones_ = mode != "rewrite-with-tombstone";
    } else {
      const std::string mode =
          options.choice("delete.handling.mode", "drop", {"drop", "none", "rewrite"});
      deletes_ = mode == "drop" ? deletes::drop : mode == "none" ? deletes::null : deletes::rewrite;
      drop_tombstones_ = options.flag("drop.tombstones", true);
    }
  }

  outcome apply(record& r) override {
    if (r.value.content.null())
      return drop_tombstones_ ? outcome::dropped : kept_with_headers(r, nullptr);
    if (!is_envelope(r)) return outcome::kept;
    const auto before = r.value.shape->find("before"), after = r.value.shape->find("after");
    if (!before || !after) return outcome::kept;
    const part envelope = std::move(r.value);
    const bool removed = envelope.content.members[*after].null();
    if (removed && envelope.content.members[*before].null()) return outcome::dropped;  // a truncate
    if (removed && deletes_ == deletes::drop) return outcome::dropped;

    const std::size_t row = removed ? *before : *after;
    r.value = {.shape = envelope.shape->fields[row].shape,
               .content = envelope.content.members[row]};
    if (!route_by_.empty() && !route(r)) return outcome::failed;
    if (removed && deletes_ == deletes::null) {
      r.value = {.shape = envelope.shape->fields[*after].shape, .content = {}};
      return kept_with_headers(r, &envelope);
    }
    std::vector<value> more;
    if (deletes_ == deletes::rewrite) {
      // Debezium adds it by Kafka's InsertField.
      take_defaults(r.value);
      more.push_back(value::of(removed ? "\"true\"" : "\"false\""));
    }
    for (const added_field& one : fields_) {
      if (!one.fits(*envelope.shape))
        return r.fail("ExtractNewRecordState: add.fields names " + one.name() +
                      ", which an event cannot hold");
      if (one.shape(*envelope.shape)) more.push_back(one.read(envelope));
    }
    add_members(r.value, shape_of(r.value.shape, *envelope.shape), std::move(more));
    return kept_with_headers(r, &envelope);
  }

 private:
  /// False: the column cannot name a topic; the record says why.
  bool route(record& r) const {
    const part& row = r.value;
    const value* const named = row.member(route_by_);
    if (named == nullptr) {
      r.fail("ExtractNewRecordState: route.by.field names " + route_by_ +
             ", which the row does not have");
      return false;
    }
    const auto at = row.shape->find(route_by_);
    if (row.shape->fields[*at].shape->kind != type::string) {
      r.fail("ExtractNewRecordState: route.by.field names " + route_by_ + ", which is not a text");
      return false;
    }
    const std::string topic = named->leaf() ? unquoted(named->text) : std::string();
    if (topic.find_first_not_of(' ') != std::string::npos) r.topic = topic;
    return true;
  }

  outcome kept_with_headers(record& r, const part* envelope) const {
    for (const added_field& one : headers_)
      if (envelope == nullptr
              ? one.source() == "op"
              : one.fits(*envelope->shape) && one.shape(*envelope->shape) != nullptr)
        r.headers.push_back(one.name());
    return outcome::kept;
  }

  schema_ptr shape_of(const schema_ptr& row, const schema& envelope) {
    return schemas_.of(row, [&](const schema& from) {
      std::vector<field> more;
      if (deletes_ == deletes::rewrite) more.emplace_back("__deleted", plain(type::string, true));
      for (const added_field& one : fields_)
        if (auto shape = one.shape(envelope)) more.emplace_back(one.name(), std::move(shape));
      return shared(with_fields(from, std::move(more)));
    });
  }

  std::vector<added_field> fields_;
  std::vector<added_field> headers_;
  std::string route_by_;
  deletes deletes_ = deletes::drop;
  bool drop_tombstones_ = true;
  derived_schemas schemas_;
};

}  // namespace

std::unique_ptr<step> make_extract_new_record_state(const step_options& options) {
  return std::make_unique<extract_new_record_state>(options);
}

}  // namespace tidewire::transform
