#include "base/byte_buffer.hpp"
#include "event/decimal_text.hpp"
#include "event/java_number.hpp"
#include "transform/decimal_number.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

#include <charconv>
#include <unordered_map>

/// org.apache.kafka.connect.transforms.MaskField: members become the nothing of their type, or a
/// replacement.
namespace tidewire::transform {
namespace {

/// \return JSON; empty where a value of this type cannot be masked so.
std::string nothing_of(const schema& shape) {
  switch (shape.kind) {
    case type::int8:
    case type::int16:
    case type::int32:
    case type::int64:
      return "0";
    case type::float32:
    case type::float64:
      return "0.0";
    case type::boolean:
      return "false";
    case type::string:
      return "\"\"";
    case type::array:
      return "[]";
    case type::map:
      return "{}";
    // Kafka's own gives up on bytes, and on decimals with a fraction, which would stop the engine
    // for good.
    case type::bytes:
      return shape.name == decimal_name ? "\"AA==\"" : "\"\"";
    case type::structure:
      break;
  }
  return {};
}

std::string number_json(type kind, const std::string& text) {
  byte_buffer out;
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  if (kind == type::float64) {
    event::append_java_double(out, number);
  } else if (kind == type::float32) {
    event::append_java_float(out, static_cast<float>(number));
  } else {
    std::int64_t whole = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), whole).ec != std::errc()) return {};
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): Java's byte has a sign.
    if (kind == type::int8) whole = static_cast<std::int8_t>(whole);
    if (kind == type::int16) whole = static_cast<std::int16_t>(whole);
    if (kind == type::int32) whole = static_cast<std::int32_t>(whole);
    return std::to_string(whole);
  }
  return std::string(out.view());
}

std::string decimal_json(const schema& shape, const std::string& text) {
  const auto number = event::parse_decimal(text);
  const std::string_view written = shape.parameter("scale");
  std::int32_t scale = 0;
  if (!number ||
      std::from_chars(written.data(), written.data() + written.size(), scale).ec != std::errc())
    return {};
  byte_buffer out;
  out.push_back('"');
  event::append_unscaled_base64(out, *number, scale);
  out.push_back('"');
  return std::string(out.view());
}

std::string replacement_of(const schema& shape, const std::string& text) {
  const bool date =
      shape.name == date_name || shape.name == time_name || shape.name == timestamp_name;
  switch (shape.kind) {
    case type::int8:
    case type::int16:
    case type::int32:
    case type::int64:
    case type::float32:
    case type::float64:
      return date ? std::string() : number_json(shape.kind, text);
    case type::string:
      return json_string(text);
    case type::bytes:
      return shape.name == decimal_name ? decimal_json(shape, text) : std::string();
    default:
      return {};
  }
}

class mask_field final : public step {
 public:
  mask_field(const step_options& options, side which)
      : which_(which),
        names_(options.list("fields")),
        replaced_(options.has("replacement")),
        replacement_(options.text("replacement")) {
    if (names_.empty()) options.required("fields");
  }

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.content.null()) return outcome::kept;
    if (!to.structure()) return r.fail("MaskField works on structs only");
    take_defaults(to);
    for (const std::string& name : names_) {
      const auto at = to.shape->find(name);
      if (!at) continue;
      value& member = to.content.members[*at];
      if (member.null()) continue;
      const schema& shape = *to.shape->fields[*at].shape;
      std::string masked = replaced_ ? replacement_of(shape, replacement_) : nothing_of(shape);
      if (masked.empty())
        return r.fail("MaskField cannot mask " + name + ", which is of type " +
                      std::string(name_of(shape.kind)) +
                      (replaced_ ? ", with the replacement" : ""));
      member = value::of(r.texts->keep(std::move(masked)));
    }
    return outcome::kept;
  }

 private:
  side which_;
  std::vector<std::string> names_;
  bool replaced_;
  std::string replacement_;
};

}  // namespace

std::unique_ptr<step> make_mask_field(const step_options& options, side which) {
  return std::make_unique<mask_field>(options, which);
}

}  // namespace tidewire::transform
