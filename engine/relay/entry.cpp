#include "relay/entry.hpp"

#include "aws/eventbridge.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <utility>

namespace tidewire::relay {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view blank = " \t\r\n";

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The members of an object as they stand in the text. Slices keep every byte of the numbers and
/// strings, which writing parsed values anew would not.
struct slices {
  std::string_view schema, payload, before, after, op;
  std::size_t count = 0;

  /// Kafka Connect's JSON with schemas: exactly these two.
  bool has_schema() const noexcept { return count == 2 && !schema.empty() && !payload.empty(); }
};

/// \param parsed an object known to be valid JSON.
slices members_of(ondemand::parser& parser, const simdjson::padded_string_view parsed) {
  slices found;
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(parsed).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS)
    return found;
  for (auto member : object) {
    ++found.count;
    std::string_view name;
    ondemand::value value;
    std::string_view text;
    if (member.unescaped_key().get(name) != simdjson::SUCCESS ||
        member.value().get(value) != simdjson::SUCCESS)
      break;
    std::string_view* const place = name == "schema"    ? &found.schema
                                    : name == "payload" ? &found.payload
                                    : name == "before"  ? &found.before
                                    : name == "after"   ? &found.after
                                    : name == "op"      ? &found.op
                                                        : nullptr;
    if (place == nullptr) continue;
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) break;
    if (type == ondemand::json_type::object) {
      ondemand::object inner;
      if (value.get_object().get(inner) != simdjson::SUCCESS ||
          inner.raw_json().get(text) != simdjson::SUCCESS)
        break;
    } else if (type == ondemand::json_type::array) {
      ondemand::array inner;
      if (value.get_array().get(inner) != simdjson::SUCCESS ||
          inner.raw_json().get(text) != simdjson::SUCCESS)
        break;
    } else {
      text = value.raw_json_token();
    }
    *place = trimmed(text);
  }
  return found;
}

bool is_object(std::string_view json) noexcept {
  return json.starts_with('{');
}
bool is_nothing(std::string_view json) noexcept {
  return json.empty() || json == "null";
}

std::string marked_deleted(std::string_view before) {
  constexpr std::string_view mark = "\"__deleted\":true}";
  if (!is_object(before)) return "{" + std::string(mark);
  const auto members = trimmed(before.substr(1, before.size() - 2));
  std::string row = "{" + std::string(members);
  if (!members.empty()) row += ',';
  row += mark;
  return row;
}

using text_verdict = std::variant<std::string, left_out, unfit>;

/// Text with the room behind it that simdjson wants to read over.
class padded_text {
 public:
  simdjson::padded_string_view hold(std::string_view text) {
    text_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    text_.assign(text);
    return simdjson::padded_string_view(text_.data(), text_.size(), text_.capacity());
  }

 private:
  std::string text_;
};

}  // namespace

struct entry_maker::parser {
  simdjson::dom::parser whole;  // validates all of the text
  ondemand::parser parts;       // finds slices of it
  padded_text event;
  padded_text payload;

  text_verdict row_of(std::string_view image) {
    const auto change = members_of(parts, payload.hold(image));
    if (change.op == "\"d\"") return marked_deleted(change.before);
    if (is_object(change.after)) return std::string(change.after);
    if (change.op.empty()) return std::string(image);  // a row already
    return left_out::not_a_row;
  }

  text_verdict inner_detail(simdjson::padded_string_view held, detail_form form) {
    const auto outer = members_of(parts, held);
    const std::string_view image = outer.has_schema() ? outer.payload : std::string_view(held);
    if (is_nothing(image)) return left_out::tombstone;
    if (!is_object(image)) return unfit{"its payload is not an object"};
    return form == detail_form::payload ? text_verdict(std::string(image)) : row_of(image);
  }
};

entry_maker::entry_maker(entry_options how)
    : options_(std::move(how)), parser_(std::make_unique<parser>()) {
  if (options_.source.empty()) options_.source = options_.stream;
}
entry_maker::~entry_maker() = default;
entry_maker::entry_maker(entry_maker&&) noexcept = default;
entry_maker& entry_maker::operator=(entry_maker&&) noexcept = default;

entry_verdict entry_maker::make(std::string_view data) {
  if (data.empty()) return left_out::tombstone;
  const auto text = trimmed(data);
  const auto held = parser_->event.hold(text);
  simdjson::dom::element whole;
  if (const auto error = parser_->whole.parse(held.data(), held.size(), false).get(whole);
      error != simdjson::SUCCESS)
    return unfit{fmt::format("it is not JSON: {}", simdjson::error_message(error))};
  if (whole.is_null()) return left_out::tombstone;
  if (!whole.is_object()) return unfit{"it is JSON, but not an object"};
  if (options_.filter && !options_.filter->matches(text)) return left_out::by_filter;

  auto detail = options_.detail == detail_form::full ? text_verdict(std::string(data))
                                                     : parser_->inner_detail(held, options_.detail);
  if (const auto* nobody = std::get_if<left_out>(&detail)) return *nobody;
  if (auto* why = std::get_if<unfit>(&detail)) return std::move(*why);

  made_entry made{std::move(std::get<std::string>(detail)), 0};
  const aws::event_entry sized{options_.source, options_.detail_type, made.detail, options_.bus, 0};
  made.size = aws::entry_size(sized);
  if (made.size > options_.entry_bytes_max)
    return unfit{fmt::format(
        "its entry of {} bytes is over the limit of {}", made.size, options_.entry_bytes_max)};
  return made;
}

}  // namespace tidewire::relay
