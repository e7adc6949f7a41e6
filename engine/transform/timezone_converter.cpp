#include "event/temporal_text.hpp"
#include "transform/decimal_number.hpp"
#include "transform/java_regex.hpp"
#include "transform/json_scan.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"
#include "transform/time_zone.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <map>
#include <set>

/// io.debezium.transforms.TimezoneConverter of Debezium 2.5: the times in before and after in
/// another time zone. A time with an offset is the same moment, written with that zone's offset; a
/// time without one is taken for that zone's, so that its number becomes another moment.
namespace tidewire::transform {
namespace {

/// Which fields of a table or topic an item of a list names.
struct named_fields {
  bool all = false;
  std::set<std::string, std::less<>> names;
};

/// include.list or exclude.list: `source:<table>[:<field>]`, `topic:<topic>[:<field>]` or
/// `<table or topic>:<field>`.
class field_rules {
 public:
  void add(const std::string& item);
  /// Those of the first rule that is for the topic or the table; null: there is none.
  const named_fields* of(std::string_view topic, std::string_view table) const;

 private:
  using rules = std::map<std::string, named_fields, std::less<>>;
  static const named_fields* find(const rules& in, std::string_view name);

  rules topics_;
  rules tables_;
  rules either_;
  rules* last_ = &either_;  // an item without a prefix is of the kind of the one before it
};

void field_rules::add(const std::string& item) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= item.size();) {
    const std::size_t to = std::min(item.find(':', from), item.size());
    parts.push_back(item.substr(from, to - from));
    from = to + 1;
  }
  const std::string& kind = parts[0];
  if (parts.size() > 1 &&
      (boost::algorithm::iequals(kind, "source") || boost::algorithm::iequals(kind, "topic"))) {
    last_ = kind == "source" ? &tables_ : kind == "topic" ? &topics_ : &either_;
    parts.erase(parts.begin());
  }
  named_fields& fields = (*last_)[parts[0]];
  if (parts.size() == 1)
    fields.all = true;
  else
    fields.names.insert(parts[1]);
}

const named_fields* field_rules::find(const rules& in, std::string_view name) {
  const auto at = in.find(name);
  return at == in.end() ? nullptr : &at->second;
}

const named_fields* field_rules::of(std::string_view topic, std::string_view table) const {
  if (const auto* const found = find(topics_, topic)) return found;
  if (const auto* const found = find(tables_, table)) return found;
  if (const auto* const found = find(either_, topic)) return found;
  return find(either_, table);
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// ISO 8601's, such as `2024-07-15T12:00:00.5Z` and `+12024-07-15T12:00:00+05:30`: the local time
/// and its offset.
std::optional<event::moment> read_zoned_timestamp(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  event::calendar_date date;
  const auto take = [&text](auto& number, char end) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop == text.data() + text.size() || *stop != end) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return true;
  };
  if (!take(date.year, '-') || !take(date.month, '-') || !take(date.day, 'T')) return std::nullopt;
  if (negative) date.year = -date.year;
  if (text.ends_with('Z')) text.remove_suffix(1);
  auto read = event::parse_time(text);
  if (read) read->date = date;
  return read;
}

std::optional<event::moment> read_zoned_time(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  return event::parse_time(text);
}

void append_two_digits(byte_buffer& out, std::int64_t number) {
  out.push_back(static_cast<char>('0' + number / 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

/// In the place of the Z at the end.
void put_offset(byte_buffer& out, std::int64_t offset_s) {
  if (offset_s == 0) return;
  out.truncate(out.size() - 1);
  out.push_back(offset_s < 0 ? '-' : '+');
  const std::int64_t size_s = std::abs(offset_s);
  append_two_digits(out, size_s / 3600);
  out.push_back(':');
  append_two_digits(out, size_s / 60 % 60);
  if (size_s % 60 == 0) return;
  out.push_back(':');
  append_two_digits(out, size_s % 60);
}

class timezone_converter final : public step {
 public:
  explicit timezone_converter(const step_options& options);
  outcome apply(record& r) override;

 private:
  bool concerns(const named_fields* rule, const std::string& name) const;
  bool convert_row(record& r, std::string_view row, const named_fields* rule);
  std::optional<std::string> converted(std::string_view type_name, std::string_view text) const;
  std::optional<std::string> moved(std::string_view text, std::int64_t per_second) const;
  std::optional<std::string> zoned_timestamp(std::string_view text) const;
  std::optional<std::string> zoned_time(std::string_view text) const;
  static std::int64_t per_second_of(std::string_view type_name) noexcept;

  enum class list : std::uint8_t { none, include, exclude };

  std::optional<time_zone> zone_;
  list which_ = list::none;
  field_rules rules_;
};

timezone_converter::timezone_converter(const step_options& options) {
  const std::string name = options.required("converted.timezone");
  zone_ = time_zone::named(name);
  if (!zone_)
    options.refuse("converted.timezone",
                   "a region of the time zone database, such as America/Los_Angeles, which must be "
                   "installed (Debian: tzdata), or an offset from UTC, such as +08:00");
  const auto included = options.list("include.list");
  const auto excluded = options.list("exclude.list");
  if (!included.empty() && !excluded.empty())
    options.refuse("exclude.list", "not beside include.list: Debezium takes one of them only");
  if (included.empty() && excluded.empty()) return;
  which_ = included.empty() ? list::exclude : list::include;
  const std::string_view option = included.empty() ? "exclude.list" : "include.list";

  // Debezium's own, over a list as Java writes it: only the first item may have all three parts.
  const java_regex form(R"(^\[(source|topic|[".\w\s_]+):([".\w\s_]+(?::[".\w\s_]+)?(?:,|]$))+$)",
                        option);
  std::string written;
  for (const std::string& item : included.empty() ? excluded : included) {
    written.append(written.empty() ? "[" : ", ").append(item);
    rules_.add(item);
  }
  if (!form.matches(written + "]"))
    options.refuse(option,
                   "rules such as source:<table>:<field>, topic:<topic> or <table>:<field>; as in "
                   "Debezium, those behind the first have two parts at most");
}

outcome timezone_converter::apply(record& r) {
  if (!is_envelope(r)) return outcome::kept;
  const value* const source = r.value.member("source");
  const auto at = source != nullptr && source->structure()
                      ? r.value.shape->fields[*r.value.shape->find("source")].shape->find("table")
                      : std::nullopt;
  const std::string table = at ? unquoted(source->members[*at].text) : std::string();
  const named_fields* const rule = rules_.of(r.topic, table);
  for (const std::string_view row : {"before", "after"})
    if (!convert_row(r, row, rule)) return outcome::failed;
  return outcome::kept;
}

/// Where no rule of include.list is for the table Debezium 2.5 converts all its fields.
bool timezone_converter::concerns(const named_fields* rule, const std::string& name) const {
  if (rule == nullptr) return true;
  const bool is_named = rule->all || rule->names.contains(name);
  return is_named == (which_ == list::include);
}

bool timezone_converter::convert_row(record& r, std::string_view row, const named_fields* rule) {
  const auto at = r.value.shape->find(row);
  if (!at || !r.value.content.members[*at].structure()) return true;
  const schema& shape = *r.value.shape->fields[*at].shape;
  auto& members = r.value.content.members[*at].members;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const field& one = shape.fields[i];
    if (one.shape->name.empty() || !concerns(rule, one.name)) continue;
    // Connect gives a column's default for its null.
    const std::string_view text =
        members[i].leaf() ? members[i].text : std::string_view(one.shape->initial);
    if (text.empty()) continue;
    auto made = converted(one.shape->name, text);
    if (!made) {
      r.fail("TimezoneConverter: " + one.name +
             " holds no time that it can convert: " + std::string(text));
      return false;
    }
    if (!made->empty()) members[i] = value::of(r.texts->keep(std::move(*made)));
  }
  return true;
}

/// Of the types whose numbers count from 1970; 0: of no such type.
std::int64_t timezone_converter::per_second_of(std::string_view type_name) noexcept {
  if (type_name == "io.debezium.time.MicroTimestamp") return 1'000'000;
  if (type_name == "io.debezium.time.NanoTimestamp") return 1'000'000'000;
  if (type_name == "io.debezium.time.Timestamp" || type_name == timestamp_name) return 1000;
  return 0;
}

/// Empty for a type that is not converted.
std::optional<std::string> timezone_converter::converted(std::string_view type_name,
                                                         std::string_view text) const {
  if (const std::int64_t per_second = per_second_of(type_name)) return moved(text, per_second);
  if (type_name == "io.debezium.time.ZonedTimestamp") return zoned_timestamp(unquoted(text));
  if (type_name == "io.debezium.time.ZonedTime") return zoned_time(unquoted(text));
  return std::string();
}

std::optional<std::string> timezone_converter::moved(std::string_view text,
                                                     std::int64_t per_second) const {
  std::int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc())
    return std::nullopt;
  const std::int64_t offset_s = zone_->offset_at_local(floor_div(number, per_second));
  // Beyond 64 bits Java goes on at the other end.
  return std::to_string(static_cast<std::int64_t>(
      static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(offset_s * per_second)));
}

std::optional<std::string> timezone_converter::zoned_timestamp(std::string_view text) const {
  const auto read = read_zoned_timestamp(text);
  if (!read) return std::nullopt;
  const std::int64_t days = event::gregorian_days(read->date);
  const std::int64_t local_s = days * 86'400 + read->time_us / event::micros_per_second;
  const std::int64_t offset_s = zone_->offset_at_local(local_s);
  const std::int64_t time_us =
      read->time_us + (offset_s - read->offset_seconds) * event::micros_per_second;
  const std::int64_t more_days = floor_div(time_us, event::micros_per_day);
  byte_buffer out;
  event::append_iso_timestamp(
      out, days + more_days, time_us - more_days * event::micros_per_day, -1);
  put_offset(out, offset_s);
  return json_string(out.view());
}

/// The offset is the zone's of today: a time has no date.
std::optional<std::string> timezone_converter::zoned_time(std::string_view text) const {
  const auto read = read_zoned_time(text);
  if (!read) return std::nullopt;
  const std::int64_t offset_s = zone_->offset_at(std::time(nullptr));
  const std::int64_t time_us =
      read->time_us + (offset_s - read->offset_seconds) * event::micros_per_second;
  byte_buffer out;
  event::append_iso_time(
      out, time_us - floor_div(time_us, event::micros_per_day) * event::micros_per_day);
  put_offset(out, offset_s);
  return json_string(out.view());
}

}  // namespace

std::unique_ptr<step> make_timezone_converter(const step_options& options) {
  return std::make_unique<timezone_converter>(options);
}

}  // namespace tidewire::transform
