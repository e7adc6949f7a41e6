#include "transform/date_format.hpp"
#include "transform/decimal_number.hpp"
#include "transform/json_scan.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

#include <charconv>

/// org.apache.kafka.connect.transforms.TimestampConverter: a moment as a text, a number or one of
/// Connect's logical types. And TimestampRouter, which puts the record's moment into the topic.
namespace tidewire::transform {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

enum class form : std::uint8_t { text, unix_time, date, time, timestamp };
enum class precision : std::uint8_t { seconds, milliseconds, microseconds, nanoseconds };

std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::optional<form> form_of(const schema& shape) {
  if (shape.name == timestamp_name) return form::timestamp;
  if (shape.name == date_name) return form::date;
  if (shape.name == time_name) return form::time;
  if (shape.kind == type::string) return form::text;
  if (shape.kind == type::int64) return form::unix_time;
  return std::nullopt;
}

class timestamp_converter final : public step {
 public:
  timestamp_converter(const step_options& options, side which)
      : which_(which), field_(options.text("field")) {
    options.required("target.type");
    const std::string target =
        options.choice("target.type", "", {"string", "unix", "Date", "Time", "Timestamp"});
    target_ = target == "string" ? form::text
              : target == "unix" ? form::unix_time
              : target == "Date" ? form::date
              : target == "Time" ? form::time
                                 : form::timestamp;
    const std::string unit =
        options.choice("unix.precision",
                       "milliseconds",
                       {"seconds", "milliseconds", "microseconds", "nanoseconds"});
    unit_ = unit == "seconds"        ? precision::seconds
            : unit == "milliseconds" ? precision::milliseconds
            : unit == "microseconds" ? precision::microseconds
                                     : precision::nanoseconds;
    const std::string pattern = options.text("format");
    if (pattern.empty() && target_ == form::text) options.required("format");
    if (pattern.empty()) return;
    format_ = date_format::compile(pattern);
    if (!format_)
      options.refuse(
          "format",
          "a pattern of SimpleDateFormat with the letters G y M d D E u a H k K h m s S z Z X");
  }

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.absent()) return outcome::kept;
    if (!to.shape) return r.fail("TimestampConverter needs a schema");
    if (field_.empty()) {
      if (!convert(r, *to.shape, to.content)) return outcome::failed;
      to.shape =
          schemas_.of(to.shape, [this](const schema& from) { return target_shape(from.optional); });
      return outcome::kept;
    }
    if (to.shape->kind != type::structure)
      return r.fail("TimestampConverter: the field " + field_ + " can only be in a struct");
    take_defaults(to);
    const auto at = to.shape->find(field_);
    if (at && to.content.structure() &&
        !convert(r, *to.shape->fields[*at].shape, to.content.members[*at]))
      return outcome::failed;
    to.shape = schemas_.of(to.shape, [this](const schema& from) { return struct_shape(from); });
    return outcome::kept;
  }

 private:
  schema_ptr target_shape(bool optional) const {
    switch (target_) {
      case form::text:
        return plain(type::string, optional);
      case form::unix_time:
        return plain(type::int64, optional);
      case form::date:
        return logical(type::int32, optional, date_name);
      case form::time:
        return logical(type::int32, optional, time_name);
      case form::timestamp:
        break;
    }
    return logical(type::int64, optional, timestamp_name);
  }

  schema_ptr struct_shape(const schema& from) const {
    schema made = basics_of(from);
    made.optional = from.optional;
    for (const field& one : from.fields)
      made.fields.emplace_back(one.name,
                               one.name == field_ ? target_shape(one.shape->optional) : one.shape);
    return shared(std::move(made));
  }

  /// Milliseconds; nothing where the value is not a moment of its form.
  std::optional<std::int64_t> moment_of(form from, const value& read) const {
    if (from == form::text) return format_ ? format_->read(unquoted(read.text)) : std::nullopt;
    std::int64_t number = 0;
    if (std::from_chars(read.text.data(), read.text.data() + read.text.size(), number).ec !=
        std::errc())
      return std::nullopt;
    if (from == form::date) return number * ms_per_day;
    if (from != form::unix_time) return number;
    // As java.util.concurrent.TimeUnit: towards zero.
    switch (unit_) {
      case precision::seconds:
        return number * 1000;
      case precision::milliseconds:
        return number;
      case precision::microseconds:
        return number / 1000;
      case precision::nanoseconds:
        break;
    }
    return number / 1'000'000;
  }

  std::string written(std::int64_t ms) const {
    switch (target_) {
      case form::text:
        return json_string(format_->write(ms));
      case form::date:
        return std::to_string(floor_div(ms, ms_per_day));
      case form::time:
        return std::to_string(ms - floor_div(ms, ms_per_day) * ms_per_day);
      case form::timestamp:
        return std::to_string(ms);
      case form::unix_time:
        break;
    }
    switch (unit_) {
      case precision::seconds:
        return std::to_string(ms / 1000);
      case precision::milliseconds:
        return std::to_string(ms);
      case precision::microseconds:
        return std::to_string(ms * 1000);
      case precision::nanoseconds:
        break;
    }
    return std::to_string(ms * 1'000'000);
  }

  bool convert(record& r, const schema& shape, value& to) const {
    if (to.null()) return true;
    const auto from = form_of(shape);
    const auto moment = from ? moment_of(*from, to) : std::nullopt;
    if (!moment) {
      r.fail("TimestampConverter: " + (field_.empty() ? std::string("the value") : field_) +
             (from ? " holds no moment of the form that is configured"
                   : " is of a type that holds no moment"));
      return false;
    }
    to = value::of(r.texts->keep(written(*moment)));
    return true;
  }

  side which_;
  std::string field_;
  form target_ = form::timestamp;
  precision unit_ = precision::milliseconds;
  std::optional<date_format> format_;
  derived_schemas schemas_;
};

class timestamp_router final : public step {
 public:
  explicit timestamp_router(const step_options& options)
      : topic_(options.text("topic.format", "${topic}-${timestamp}")) {
    format_ = date_format::compile(options.text("timestamp.format", "yyyyMMdd"));
    if (!format_)
      options.refuse(
          "timestamp.format",
          "a pattern of SimpleDateFormat with the letters G y M d D E u a H k K h m s S z Z X");
  }

  outcome apply(record& r) override {
    if (!r.timestamp_ms)
      return r.fail(
          "TimestampRouter: the record has no timestamp; only those of EventRouter have one");
    std::string name = topic_;
    replace_all(name, "${topic}", r.topic);
    replace_all(name, "${timestamp}", format_->write(*r.timestamp_ms));
    r.topic = std::move(name);
    return outcome::kept;
  }
  bool needs_content() const noexcept override { return false; }

 private:
  static void replace_all(std::string& in, std::string_view what, const std::string& with) {
    for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size()))
      in.replace(at, what.size(), with);
  }

  std::string topic_;
  std::optional<date_format> format_;
};

}  // namespace

std::unique_ptr<step> make_timestamp_converter(const step_options& options, side which) {
  return std::make_unique<timestamp_converter>(options, which);
}
std::unique_ptr<step> make_timestamp_router(const step_options& options) {
  return std::make_unique<timestamp_router>(options);
}

}  // namespace tidewire::transform
