#include "event/table_plan.hpp"

#include "event/binary_form.hpp"
#include "event/column_type.hpp"
#include "event/decimal_text.hpp"
#include "event/default_value.hpp"
#include "event/encode_masked.hpp"
#include "event/encode_scalar.hpp"
#include "event/envelope_text.hpp"
#include "event/names.hpp"
#include "event/schema_text.hpp"
#include "event/table_plan_inside.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace tidewire::event {
namespace {

/// A column as an event's field: how its schema reads and how its values are written.
struct planned_column {
  std::string name;    // of the field
  std::string schema;  // rendered, with the name
  plan_field field;    // without `before`
};

class planner {
 public:
  planner(const postgres::table& table,
          const postgres::type_catalog& types,
          const options& how,
          origin from)
      : table_(table), types_(types), how_(how), from_(from) {}

  std::vector<planned_column> row() const {
    std::vector<planned_column> out;
    for (std::size_t i = 0; i < table_.columns.size(); ++i)
      if (selected(table_.columns[i]))
        if (auto column = plan(i, how_.value_decimals_as_numbers, /*of_row=*/true))
          out.push_back(*std::move(column));
    return out;
  }

  /// Whether the send functions of all columns, also of those that are not shown, are known.
  bool has_binary_rows() const {
    return from_ == origin::snapshot &&
           std::ranges::all_of(table_.columns, [this](const postgres::column& column) {
             return has_binary_form(resolve(types_, column.type, column.modifier, from_));
           });
  }

  /// Whether events have a key: it may be one without fields, of columns that no event can hold.
  bool keyed() const { return !key_columns().empty(); }

  /// Whether rows are told apart by their keys, or have none.
  bool lone_rows() const { return key_columns() == table_.key; }

  /// Key columns stay in the key even where they are left out of the row.
  std::vector<planned_column> key() const {
    std::vector<planned_column> out;
    for (const std::size_t i : key_columns())
      if (auto column = plan(i, how_.key_decimals_as_numbers, /*of_row=*/false))
        out.push_back(*std::move(column));
    return out;
  }

 private:
  std::string qualified(std::string_view column) const {
    return table_.schema + "." + table_.name + "." + std::string(column);
  }

  bool selected(const postgres::column& column) const {
    // PostgreSQL does not put generated columns into the stream.
    if (column.generated && from_ == origin::stream) return false;
    if (!how_.columns_included.empty())
      return how_.columns_included.matches(qualified(column.name));
    return how_.columns_excluded.empty() || !how_.columns_excluded.matches(qualified(column.name));
  }

  /// A snapshot selects the columns of the row only, or all where the row has none.
  bool value_is_read(const postgres::column& column) const {
    return from_ == origin::stream || selected(column) ||
           std::none_of(table_.columns.begin(),
                        table_.columns.end(),
                        [this](const postgres::column& other) { return selected(other); });
  }

  std::vector<std::size_t> key_columns() const {
    if (how_.key_columns.empty()) return table_.key;
    std::vector<std::string_view> names;
    for (const postgres::column& column : table_.columns) names.push_back(column.name);
    const std::vector<std::size_t> named =
        how_.key_columns.columns_of(table_.schema + "." + table_.name, names);
    return named.empty() ? table_.key : named;
  }

  /// decoderbufs tells what the column says, and not what its domain says.
  bool not_null(const postgres::column& column) const {
    const bool told_by_row = how_.decoderbufs && from_ == origin::stream;
    return column.not_null && !(told_by_row && column.not_null_by_domain);
  }

  std::optional<planned_column> plan(std::size_t index,
                                     bool decimals_as_numbers,
                                     bool of_row) const {
    const postgres::column& column = table_.columns[index];
    const resolved_type type = resolve(types_, column.type, column.modifier, from_);
    std::optional<column_type> shape = column_type_of(type, context(from_, decimals_as_numbers));
    if (!shape) return std::nullopt;

    // In the stream Debezium does not find what the catalogue says of a column whose name it
    // misread, or which the lists leave out.
    const std::string read_name =
        from_ == origin::stream ? stream_column_name(column.name) : column.name;
    const bool known = from_ == origin::snapshot || (read_name == column.name && selected(column));
    if (!value_is_read(column)) shape->encoder.encode = encode::nothing;
    const bool nullable = !(known && not_null(column));
    shape->schema.optional = nullable || shape->always_optional;
    if (known) shape->schema.default_value = default_json(column, type, decimals_as_numbers);
    const mask_rule* const mask = of_row ? how_.masks.find(qualified(column.name)) : nullptr;
    if (of_row && !hides_source_type(mask)) add_source_type(column, type, shape->schema);
    if (mask != nullptr) mask_schema(*mask, type, shape->schema);

    planned_column out;
    out.name = adjust_field_name(read_name, how_.field_names);
    out.schema = render(shape->schema, out.name);
    out.field.encoder = std::move(shape->encoder);
    out.field.column = static_cast<std::uint32_t>(index);
    const bool default_for_null = of_row ? how_.value_nulls_as_default : how_.key_nulls_as_default;
    if (!shape->schema.default_value.empty() && (default_for_null || !nullable)) {
      out.field.null = shape->schema.default_value;
    } else {
      out.field.null = nullable ? "null" : shape->filler;
    }
    out.field.unavailable = shape->unavailable.empty() ? out.field.null : shape->unavailable;
    if (mask == nullptr)
      out.field.encode_binary = binary_encoder(type, out.field.encoder.encode);
    else
      mask_values(*mask,
                  type,
                  shape->schema,
                  out.field.encoder,
                  {.null = out.field.null, .unavailable = out.field.unavailable});
    return out;
  }

  type_context context(origin from, bool decimals_as_numbers) const {
    return {.how = how_, .types = types_, .from = from, .decimals_as_numbers = decimals_as_numbers};
  }

  /// The column's default as the schema shows it; empty if it has none that Debezium finds.
  std::string default_json(const postgres::column& column,
                           const resolved_type& type,
                           bool decimals_as_numbers) const {
    if (!column.default_expression || column.generated || type.named == nullptr) return {};
    const postgres::type_description& named = *type.named;
    std::optional<std::string> text =
        default_text(named.name, named.kind == 'e', *column.default_expression);
    if (!text) return {};
    if (named.name == "numeric" && !fit_numeric(*text, type)) return {};
    if (*text == "infinity" || *text == "-infinity") {
      if (named.name == "timestamp") return infinite_default(*text, type);
      if (named.name == "timestamptz") return {};
      if (named.name == "date") return std::string(infinite_default_date(*text));
    }
    // Defaults are read by java.time in either case, so never by the snapshot's calendar.
    const column_type shape =
        column_type_of(type, context(origin::stream, decimals_as_numbers)).value();
    if (shape.schema.name == "io.debezium.data.Bits") {
      // Of a single character Debezium makes a boolean, and of that a byte.
      if (named.name == "bit" && text->size() == 1 && *text != "1") return "\"AA==\"";
      text = default_bits(*std::move(text));
    }
    byte_buffer out;
    value_scratch scratch;
    if (!shape.encoder(*text, out, scratch)) return {};
    return std::string(out.view());
  }

  /// A numeric default gets the zeros of its column's scale; one with more digits than that is no
  /// default, and neither is one of a struct.
  bool fit_numeric(std::string& text, const resolved_type& type) const {
    const auto number = parse_decimal(text);
    if (!number) return false;
    if (type.modifier < 0) return how_.decimals != decimal_mode::precise;
    const std::int32_t scale = jdbc_size_of(type).scale;
    if (without_trailing_zeros(*number).scale() > std::max(scale, 0)) return false;
    std::string digits(without_trailing_zeros(*number).fraction);
    digits.resize(static_cast<std::size_t>(std::max(scale, 0)), '0');
    text = (number->negative ? "-" : "") + std::string(number->whole) +
           (digits.empty() ? "" : "." + digits);
    return true;
  }

  /// java.time's largest moment has more seconds than fit microseconds: TimeUnit stops at the
  /// largest long, and the microseconds of its last second then wrap around. Milliseconds overflow
  /// with an exception instead.
  std::string infinite_default(std::string_view text, const resolved_type& type) const {
    constexpr std::int32_t millisecond_digits = 3;
    if (how_.times == time_mode::connect || jdbc_size_of(type).scale <= millisecond_digits)
      return {};
    return text == "infinity" ? "-9223372036853775810" : "-9223372036854775808";
  }

  /// Debezium heeds one rule per column, and asks for these before it asks for the source type. Its
  /// hashes come last: there a column with a source type is sent in the clear, here it is hashed
  /// and has its source type too.
  static bool hides_source_type(const mask_rule* mask) noexcept {
    return mask != nullptr &&
           (mask->kind == mask_kind::truncate || mask->kind == mask_kind::asterisks);
  }

  /// column.propagate.source.type and datatype.propagate.source.type.
  void add_source_type(const postgres::column& column,
                       const resolved_type& type,
                       field_schema& schema) const {
    if (type.named == nullptr) return;
    const std::string type_name = jdbc_type_name(column, *type.named);
    if (!how_.columns_with_source_type.matches(qualified(column.name)) &&
        !how_.types_with_source_type.matches(qualified(type_name)))
      return;
    std::string upper = type_name;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) {
      return static_cast<char>(std::toupper(c));
    });
    const jdbc_size size = jdbc_size_of(type);
    schema.parameters.emplace_back("__debezium.source.column.type", upper);
    schema.parameters.emplace_back("__debezium.source.column.length", std::to_string(size.length));
    if (size.has_scale)
      schema.parameters.emplace_back("__debezium.source.column.scale", std::to_string(size.scale));
    schema.parameters.emplace_back(
        "__debezium.source.column.name",
        from_ == origin::stream ? stream_column_name(column.name) : column.name);
  }

  /// JDBC calls an integer with a sequence a serial; the stream knows nothing of that.
  std::string jdbc_type_name(const postgres::column& column,
                             const postgres::type_description& type) const {
    const bool sequence = column.default_expression &&
                          column.default_expression->find("nextval(") != std::string::npos;
    if (from_ == origin::snapshot && sequence) {
      if (type.name == "int4") return "serial";
      if (type.name == "int8") return "bigserial";
      if (type.name == "int2") return "smallserial";
    }
    return type.name;
  }

  const postgres::table& table_;
  const postgres::type_catalog& types_;
  const options& how_;
  origin from_;
};

std::string named_struct(const std::vector<planned_column>& columns,
                         std::string_view name,
                         bool optional) {
  std::vector<std::string> fields;
  for (const planned_column& column : columns) fields.push_back(column.schema);
  field_schema schema{.type = struct_type(fields), .optional = optional};
  std::string out = render(schema);
  out.pop_back();
  return out + ",\"name\":" + json_quoted(name);  // left open: a field's name may follow
}

std::vector<plan_field> fields_of(std::vector<planned_column> columns) {
  std::vector<plan_field> out;
  for (planned_column& column : columns) {
    column.field.before = (out.empty() ? "{" : ",") + json_quoted(column.name) + ":";
    out.push_back(std::move(column.field));
  }
  return out;
}

/// Of `before` and `after`, left open: the field's name follows.
std::string value_schema(const std::vector<planned_column>& row,
                         std::string_view topic,
                         const options& how) {
  const std::string name = adjust_schema_name(std::string(topic) + ".Value", how.schema_names);
  return named_struct(row, name, /*optional=*/true);
}

std::string envelope_schema(const std::vector<planned_column>& row,
                            std::string_view topic,
                            const options& how) {
  const std::string value = value_schema(row, topic, how);
  field_schema schema;
  schema.type = struct_type({value + ",\"field\":\"before\"}",
                             value + ",\"field\":\"after\"}",
                             source_schema(how),
                             R"({"type":"string","optional":false,"field":"op"})",
                             R"({"type":"int64","optional":true,"field":"ts_ms"})",
                             transaction_block_schema()});
  schema.name = adjust_schema_name(std::string(topic) + ".Envelope", how.schema_names);
  return render(schema);
}

}  // namespace

void table_plan_deleter::operator()(const table_plan* plan) const noexcept {
  delete plan;
}

const stream* destination(const table_plan& plan) noexcept {
  return plan.destination;
}

bool reads_binary(const table_plan& plan) noexcept {
  return plan.reads_binary;
}

keyless_order insert_order(const table_plan& plan) noexcept {
  return plan.insert_order;
}

table_plan_ptr make_plan(const postgres::table& table,
                         const postgres::type_catalog& types,
                         const options& how,
                         streams& names,
                         origin from) {
  const std::string topic = table_topic(how, table.schema, table.name);
  const planner columns(table, types, how, from);
  std::vector<planned_column> row = columns.row();
  std::vector<planned_column> key = columns.key();

  auto plan = std::make_unique<table_plan>();
  plan->how = &how;
  plan->destination = names.intern(topic);
  plan->table = table.schema + "." + table.name;
  plan->columns = table.columns.size();
  plan->has_key = columns.keyed();
  plan->lone_rows = columns.lone_rows();
  if (how.skipped.truncate && !plan->has_key && from == origin::stream &&
      postgres::only_inserts(table))
    plan->insert_order = how.keyless_inserts;
  const std::string key_name = adjust_schema_name(topic + ".Key", how.schema_names);
  plan->key_before =
      document_start(how.key_schemas, named_struct(key, key_name, /*optional=*/false) + "}");
  plan->key_after = document_end(how.key_schemas);
  plan->value_before =
      document_start(how.value_schemas, envelope_schema(row, topic, how)) + "{\"before\":";
  plan->source_before = ",\"source\":" + source_start(how);
  plan->source_unmarked = source_unmarked(how);
  plan->source_database = source_database(how);
  plan->source_table = source_table(table.schema, table.name);
  if (how.cloud_events) {
    const std::string value = value_schema(row, topic, how);
    plan->cloud = make_cloud_event(how,
                                   table.schema,
                                   table.name,
                                   value + ",\"field\":\"before\"}",
                                   value + ",\"field\":\"after\"}");
  }
  plan->value_after = std::string("}") + std::string(document_end(how.value_schemas));
  plan->key = fields_of(std::move(key));
  plan->row = fields_of(std::move(row));
  const auto reads = [](const plan_field& field) { return field.encode_binary != nullptr; };
  plan->reads_binary = columns.has_binary_rows() && std::ranges::all_of(plan->key, reads) &&
                       std::ranges::all_of(plan->row, reads);
  return table_plan_ptr(plan.release());
}

}  // namespace tidewire::event
