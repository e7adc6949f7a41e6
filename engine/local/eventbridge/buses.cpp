#include "base/clock.hpp"
#include "local/call/input_reader.hpp"
#include "local/eventbridge/service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include <algorithm>

namespace tidewire::local {
namespace {

namespace json = boost::json;

double seconds_of(std::chrono::system_clock::time_point time) {
  return static_cast<double>(unix_ms(time)) / 1000.0;
}

std::optional<std::string_view> read_bus_name(input_reader& in) {
  return in.text("Name",
                 {.required = true,
                  .length_min = 1,
                  .length_max = 256,
                  .shape = input_reader::pattern::event_bus});
}

std::optional<std::string_view> read_statement_id(input_reader& in) {
  return in.text("StatementId",
                 {.length_min = 1, .length_max = 64, .shape = input_reader::pattern::statement_id});
}

json::object statement_of(const json::object& input, const std::string& arn) {
  const auto given = [&](std::string_view member) {
    const auto* const value = input.if_contains(member);
    return value == nullptr ? json::value(nullptr) : *value;
  };
  const auto principal = given("Principal");
  json::object out{{"Sid", given("StatementId")},
                   {"Effect", "Allow"},
                   {"Action", given("Action")},
                   {"Resource", arn}};
  if (principal.is_string() && principal.get_string() != "*") {
    out["Principal"] =
        json::object{{"AWS", "arn:aws:iam::" + std::string(principal.get_string()) + ":root"}};
  } else {
    out["Principal"] = "*";
  }
  if (const auto condition = given("Condition"); condition.is_object())
    out["Condition"] = condition;
  return out;
}

void erase_statements(json::array& policy, std::string_view id) {
  for (auto statement = policy.begin(); statement != policy.end();) {
    const auto* const sid =
        statement->is_object() ? statement->get_object().if_contains("Sid") : nullptr;
    const bool meant =
        sid != nullptr && sid->is_string() && std::string_view(sid->get_string()) == id;
    statement = meant ? policy.erase(statement) : statement + 1;
  }
}

}  // namespace

reply eventbridge_service::create_event_bus(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_bus_name(in);
  const auto description = in.text("Description", {.length_max = 512});
  auto tags = read_tags(in);
  if (auto problem = in.problem()) return *problem;
  if (name->find('/') != std::string_view::npos)
    return validation_error("Event bus name must not contain '/'.");
  if (buses_.contains(*name))
    return api_error{.code = "ResourceAlreadyExistsException",
                     .message = fmt::format("Event bus {} already exists.", *name)};
  event_bus& bus = buses_[std::string(*name)];
  bus.name = *name;
  bus.description = description.value_or("");
  bus.created = call.now;
  bus.tags = std::move(tags);
  ++revision_;
  json::object out{{"EventBusArn", bus_arn(bus.name)}};
  if (!bus.description.empty()) out["Description"] = bus.description;
  return out;
}

reply eventbridge_service::update_event_bus(const operation_call& call) {
  input_reader in(call.input);
  const auto description = in.text("Description", {.length_max = 512});
  const auto bus = named_bus(in, "Name");
  if (bus.has_error()) return bus.error();
  if (description) (*bus)->description = *description;
  ++revision_;
  return json::object{
      {"Arn", bus_arn((*bus)->name)}, {"Name", (*bus)->name}, {"Description", (*bus)->description}};
}

reply eventbridge_service::delete_event_bus(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_bus_name(in);
  if (auto problem = in.problem()) return *problem;
  if (*name == "default") return validation_error("Cannot delete event bus default.");
  const auto bus = buses_.find(*name);
  if (bus == buses_.end()) return json::object{};  // as AWS: deleting what is not there succeeds
  if (!bus->second.rules.empty())
    return validation_error(fmt::format("Cannot delete event bus {} because it has rules.", *name));
  buses_.erase(bus);
  ++revision_;
  return json::object{};
}

json::object eventbridge_service::bus_as_json(const event_bus& bus) const {
  json::object out{{"Name", bus.name}, {"Arn", bus_arn(bus.name)}};
  if (!bus.description.empty()) out["Description"] = bus.description;
  if (!bus.policy.empty())
    out["Policy"] =
        json::serialize(json::object{{"Version", "2012-10-17"}, {"Statement", bus.policy}});
  out["CreationTime"] = seconds_of(bus.created);
  out["LastModifiedTime"] = seconds_of(bus.created);
  return out;
}

reply eventbridge_service::describe_event_bus(const operation_call& call) {
  input_reader in(call.input);
  const auto bus = named_bus(in, "Name");
  if (bus.has_error()) return bus.error();
  return bus_as_json(**bus);
}

reply eventbridge_service::list_event_buses(const operation_call& call) {
  input_reader in(call.input);
  const auto prefix =
      in.text("NamePrefix",
              {.length_min = 1, .length_max = 256, .shape = input_reader::pattern::event_bus})
          .value_or("");
  const page_request page = read_page(in);
  if (auto problem = in.problem()) return *problem;
  json::object out{{"EventBuses", json::array{}}};
  json::array& list = out["EventBuses"].get_array();
  for (auto bus = buses_.lower_bound(page.from); bus != buses_.end(); ++bus) {
    if (!bus->first.starts_with(prefix)) continue;
    if (list.size() == page.limit) {
      out["NextToken"] = bus->first;
      break;
    }
    list.push_back(bus_as_json(bus->second));
  }
  return out;
}

reply eventbridge_service::put_permission(const operation_call& call) {
  input_reader in(call.input);
  const auto policy = in.text("Policy", {});
  const auto id = read_statement_id(in);
  const auto action = in.text(
      "Action", {.length_min = 1, .length_max = 64, .shape = input_reader::pattern::action});
  const auto principal = in.text(
      "Principal", {.length_min = 1, .length_max = 12, .shape = input_reader::pattern::principal});
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  if (policy) {
    boost::system::error_code error;
    const auto parsed = json::parse(*policy, error);
    const auto* const statements =
        error || !parsed.is_object() ? nullptr : parsed.get_object().if_contains("Statement");
    if (statements == nullptr) return validation_error("Policy is not a valid policy document.");
    (*bus)->policy = statements->is_array() ? statements->get_array() : json::array{*statements};
  } else {
    if (!id || !action || !principal)
      return validation_error(
          "Parameter(s) StatementId, Action and Principal, or Policy must be specified.");
    erase_statements((*bus)->policy, *id);
    (*bus)->policy.push_back(statement_of(call.input, bus_arn((*bus)->name)));
  }
  ++revision_;
  return json::object{};
}

reply eventbridge_service::remove_permission(const operation_call& call) {
  input_reader in(call.input);
  const auto id = read_statement_id(in);
  const bool all = in.boolean("RemoveAllPermissions").value_or(false);
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  json::array& policy = (*bus)->policy;
  const auto before = policy.size();
  if (all) policy.clear();
  if (id) erase_statements(policy, *id);
  if (!all && before == policy.size())
    return api_error{.code = "ResourceNotFoundException",
                     .message = "Statement with the provided id does not exist."};
  ++revision_;
  return json::object{};
}

}  // namespace tidewire::local
