#include "base/regex_list.hpp"
#include "config/loader.hpp"
#include "config/property_table.hpp"
#include "config/value_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <utility>
#include <variant>

namespace tidewire::config {
namespace {

void refuse(loaded& all, const loaded_value& value, std::string_view why) {
  all.problems.push_back(fmt::format("{}: {}={} is not allowed: {}",
                                     value.place,
                                     value.name,
                                     shown_value(value.name, value.text),
                                     why));
}

bool only_of(std::string_view text, std::string_view also, bool capitals) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (capitals && c >= 'A' && c <= 'Z') ||
           also.find(c) != std::string_view::npos;
  });
}

/// Where libpq itself finds what a file does not say.
struct libpq_variable {
  std::string_view property;
  std::string_view variable;
};
constexpr std::array<libpq_variable, 3> libpq_variables = {
    {{"debezium.source.database.hostname", "PGHOST"},
     {"debezium.source.database.user", "PGUSER"},
     {"debezium.source.database.dbname", "PGDATABASE"}}};

bool comes_from_libpq(std::string_view property, const environment& env) {
  const auto found =
      std::find_if(libpq_variables.begin(), libpq_variables.end(), [&](const libpq_variable& one) {
        return one.property == property;
      });
  return found != libpq_variables.end() && (env(found->variable) || env("PGSERVICE"));
}

/// A file without any debezium.* is one for the relay, the consumer or provisioning.
bool is_for_engine(const loaded& all) {
  return std::any_of(all.values.begin(), all.values.end(), [](const loaded_value& value) {
    return value.name.starts_with("debezium.");
  });
}

void check_required(loaded& all, const environment& env) {
  if (!is_for_engine(all)) return;
  for (const auto& family : property_families()) {
    for (const auto& row : family.properties) {
      if (!row.required || all.find(row.name) != nullptr || comes_from_libpq(row.name, env))
        continue;
      all.problems.push_back(
          fmt::format("{} is not set: {}{}",
                      row.name,
                      row.meaning,
                      row.allowed.empty() ? "" : " Allowed: " + allowed_values(row)));
    }
  }
}

void check_names(loaded& all) {
  if (const auto* prefix = all.find("debezium.source.topic.prefix");
      prefix != nullptr && !only_of(prefix->text, "._-", true))
    refuse(all, *prefix, "letters, digits, underscore, hyphen and dot only");
  const auto* const slot = all.find("debezium.source.slot.name");
  if (slot != nullptr && (!only_of(slot->text, "_", false) || slot->text.size() > 63))
    refuse(all, *slot, "small letters, digits and underscore only, 63 at most");
  const auto* const placeholder = all.find("debezium.source.unavailable.value.placeholder");
  if (placeholder != nullptr && placeholder->text.starts_with("hex:")) {
    const auto digits = std::string_view(placeholder->text).substr(4);
    const bool hexadecimal = std::all_of(
        digits.begin(), digits.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
    if (!hexadecimal || digits.size() % 2 != 0)
      refuse(all, *placeholder, "hex: is followed by pairs of hexadecimal digits");
  }
}

void check_exclusive(loaded& all) {
  for (const std::string_view what : {"schema", "table", "column", "message.prefix"}) {
    const auto* const include = all.find(fmt::format("debezium.source.{}.include.list", what));
    const auto* const exclude = all.find(fmt::format("debezium.source.{}.exclude.list", what));
    if (include != nullptr && exclude != nullptr)
      refuse(all,
             *exclude,
             fmt::format("{} is set too, and only one of the two can be", include->name));
  }
}

std::int64_t number_of(const loaded& all, std::string_view name) {
  const auto* const value = all.find(name);
  const auto* const row = find_property(name);
  return read_integer(value != nullptr ? std::string_view(value->text) : row->initial.value_or("0"))
      .value_or(0);
}

void check_queue(loaded& all) {
  constexpr std::string_view batch_name = "debezium.source.max.batch.size";
  constexpr std::string_view queue_name = "debezium.source.max.queue.size";
  const auto* const batch = all.find(batch_name);
  const auto* const queue = all.find(queue_name);
  const auto* const culprit = batch != nullptr ? batch : queue;
  if (culprit == nullptr || number_of(all, batch_name) < number_of(all, queue_name)) return;
  refuse(all,
         *culprit,
         fmt::format("max.queue.size ({}) must be larger than max.batch.size ({})",
                     number_of(all, queue_name),
                     number_of(all, batch_name)));
}

void check_key_columns(loaded& all) {
  const auto* const value = all.find("debezium.source.message.key.columns");
  if (value == nullptr) return;
  std::string_view rest = value->text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto rule = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (rule.empty()) continue;
    const auto colon = rule.rfind(':');
    if (colon == std::string_view::npos || colon == 0 ||
        read_list(rule.substr(colon + 1)).empty()) {
      refuse(
          all, *value, fmt::format("'{}' is not of the form table expression:column,column", rule));
      return;
    }
    const auto tables = regex_list::read(rule.substr(0, colon));
    if (const auto* fault = std::get_if<regex_list::fault>(&tables)) {
      refuse(all, *value, fault->message);
      return;
    }
  }
}

/// Debezium Server applies transforms before it makes a CloudEvent; here only the finished events
/// can be transformed.
void check_cloud_events(loaded& all) {
  const auto* const format = all.find("debezium.format.value");
  const bool transformed =
      std::any_of(all.values.begin(), all.values.end(), [](const loaded_value& value) {
        return value.name == "debezium.transforms" || value.name.starts_with("tidewire.filter.");
      });
  if (format != nullptr && format->text == "cloudevents" && transformed)
    refuse(all,
           loaded_value(*format),
           "CloudEvents can be neither transformed nor filtered; leave out debezium.transforms and "
           "tidewire.filter, or use json");
}

/// A table whose rows are to be chosen, without the choice, would be sent whole.
void check_select_overrides(loaded& all) {
  const std::string name = "debezium.source.snapshot.select.statement.overrides";
  const auto* const tables = all.find(name);
  if (tables == nullptr) return;
  const loaded_value listed = *tables;
  for (const auto& table : read_list(listed.text)) {
    const auto* const statement = all.find(name + "." + table);
    if (statement == nullptr || trimmed(statement->text).empty())
      refuse(all,
             listed,
             fmt::format("{}.{} is not set, so the whole table would be sent", name, table));
  }
}

/// Channels are open words in Debezium, since jars may bring more of them.
void check_channels(loaded& all,
                    const std::string& property,
                    const std::vector<std::string_view>& here,
                    const std::vector<std::string_view>& java) {
  const auto* const found = all.find(property);
  if (found == nullptr) return;
  const loaded_value listed = *found;
  for (const auto& channel : read_list(listed.text)) {
    if (std::ranges::find(here, channel) != here.end()) continue;
    const bool known = std::ranges::find(java, channel) != java.end();
    all.warnings.push_back(
        {listed.name,
         fmt::format("{}: {}: the channel {} has no effect{}; use {}",
                     listed.place,
                     listed.name,
                     channel,
                     known ? ", as there is neither Kafka nor Java here" : " and is not known",
                     fmt::join(here, " or "))});
  }
}

void check_notifications(loaded& all) {
  check_channels(
      all, "debezium.source.signal.enabled.channels", {"source", "file"}, {"kafka", "jmx"});
  const std::string channels = "debezium.source.notification.enabled.channels";
  check_channels(all, channels, {"sink", "log"}, {"jmx"});
  const auto* const found = all.find(channels);
  if (found == nullptr || all.find("debezium.source.notification.sink.topic.name") != nullptr)
    return;
  const auto listed = read_list(found->text);
  if (std::ranges::find(listed, "sink") != listed.end())
    refuse(all,
           loaded_value(*found),
           "debezium.source.notification.sink.topic.name must be set with the channel sink");
}

/// Whether the shared AWS configuration file names a region, in whatever profile; which one counts
/// is the aws room's business.
bool shared_file_has_region(const environment& env) {
  auto path = env("AWS_CONFIG_FILE").value_or("");
  if (path.empty()) {
    const auto home = env("HOME");
    if (!home) return false;
    path = *home + "/.aws/config";
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (trimmed(line).starts_with("region")) return true;
  return false;
}

bool region_is_known(const loaded& all, std::string_view property, const environment& env) {
  if (all.find(property) != nullptr || all.find("tidewire.aws.region") != nullptr) return true;
  for (const std::string_view variable : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (const auto region = env(variable); region && !region->empty()) return true;
  return shared_file_has_region(env);
}

void check_sink(loaded& all, const environment& env) {
  const auto* const type = all.find("debezium.sink.type");
  if (type == nullptr || type->text == "stdout") return;
  const auto region = fmt::format("debezium.sink.{}.region", type->text);
  const auto* const row = find_property(region);
  if (row == nullptr) return;  // not a sink; said already
  if (!region_is_known(all, region, env))
    all.problems.push_back(fmt::format(
        "{} is not set, and neither AWS_REGION nor a profile tells the region", region));
  const bool topic_has_queue =
      std::any_of(all.values.begin(), all.values.end(), [](const loaded_value& value) {
        return fits_pattern("tidewire.sink.sqs.<topic>.queue-url", value.name);
      });
  if (type->text == "sqs" && all.find("debezium.sink.sqs.queue.url") == nullptr && !topic_has_queue)
    all.problems.emplace_back(
        "debezium.sink.sqs.queue.url is not set: debezium.sink.type=sqs needs a queue");
}

/// A truncate stands behind the inserts before it, and before those after it.
void check_keyless_order(loaded& all) {
  const auto* const order = all.find("tidewire.sink.ordering.keyless");
  const auto* const skipped = all.find("debezium.source.skipped.operations");
  if (order == nullptr || order->text == "stream" || skipped == nullptr) return;
  const auto listed = read_list(skipped->text);
  if (std::ranges::find(listed, "t") != listed.end()) return;
  all.warnings.push_back(
      {order->name,
       fmt::format("{}: {}={} has no effect, as {} does not name t: truncates stand in order with "
                   "the inserts of their tables",
                   order->place,
                   order->name,
                   order->text,
                   skipped->name)});
}

bool is_port(std::string_view text) {
  const auto number = read_integer(text);
  return number && *number >= 1 && *number <= 65535;
}

/// `http://host`, `https://host:port`, with a path or none; hosts in brackets are IPv6.
bool is_address(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  if (const auto name = text.substr(0, scheme); name != "http" && name != "https") return false;
  text.remove_prefix(scheme + 3);
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; }))
    return false;
  text = text.substr(0, text.find_first_of("/?#"));
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (text.starts_with('[') && bracket == std::string_view::npos) return false;
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const auto host = text.substr(0, colon);
  return !host.empty() && host.find('@') == std::string_view::npos &&
         (colon == std::string_view::npos || is_port(text.substr(colon + 1)));
}

void check_addresses(loaded& all) {
  std::vector<const loaded_value*> wrong;
  for (const auto& value : all.values) {
    const bool address =
        value.name.ends_with(".endpoint") && find_property(value.name) != nullptr &&
        (value.name.starts_with("debezium.sink.") || value.name.starts_with("tidewire."));
    if (address && !is_address(value.text)) wrong.push_back(&value);
  }
  for (const auto* value : wrong)
    refuse(all,
           *value,
           "an address such as http://localhost:4566 or https://kinesis.eu-west-1.amazonaws.com");
}

bool is_timestamp(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : form[i] != text[i]) return false;
  }
  return true;
}

void check_relay_start(loaded& all) {
  constexpr std::string_view at = "AT_TIMESTAMP:";
  const auto* const start = all.find("tidewire.relay.start");
  if (start == nullptr || start->text == "TRIM_HORIZON" || start->text == "LATEST") return;
  if (start->text.starts_with(at) && is_timestamp(std::string_view(start->text).substr(at.size())))
    return;
  refuse(all, *start, "one of TRIM_HORIZON, LATEST, AT_TIMESTAMP:2026-01-31T00:00:00Z");
}

}  // namespace

void check_across(loaded& all, const environment& env) {
  check_required(all, env);
  check_names(all);
  check_exclusive(all);
  check_queue(all);
  check_key_columns(all);
  check_select_overrides(all);
  check_cloud_events(all);
  check_notifications(all);
  check_sink(all, env);
  check_keyless_order(all);
  check_addresses(all);
  check_relay_start(all);
  check_consumer(all);
  check_transforms(all);
}

}  // namespace tidewire::config
