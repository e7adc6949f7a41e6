#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"
#include "local/sqs/service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

/// AddPermission and RemovePermission are statements of the queue's policy, each under its label.
/// They are kept and told, and not enforced: there is one account.
namespace tidewire::local {
namespace {

namespace json = boost::json;

/// What may be permitted to others. Source: SQS API reference, AddPermission.
constexpr std::array permitted_actions{std::string_view("*"),
                                       std::string_view("SendMessage"),
                                       std::string_view("ReceiveMessage"),
                                       std::string_view("DeleteMessage"),
                                       std::string_view("ChangeMessageVisibility"),
                                       std::string_view("GetQueueAttributes"),
                                       std::string_view("GetQueueUrl"),
                                       std::string_view("ListDeadLetterSourceQueues"),
                                       std::string_view("PurgeQueue")};

/// The list's texts behind a prefix, as a policy has them: one alone, several as a list.
json::value listed(const json::array& texts, std::string_view prefix, std::string_view suffix) {
  json::array out;
  for (const auto& text : texts)
    out.emplace_back(std::string(prefix) +
                     (text.is_string() ? std::string(text.get_string()) : std::string()) +
                     std::string(suffix));
  return out.size() == 1 ? out.front() : json::value(std::move(out));
}

/// The policy of the queue, or one without a statement.
json::object policy_of(const attribute_map& attributes, const std::string& arn) {
  const auto kept = attributes.find("Policy");
  boost::system::error_code error;
  auto parsed = kept == attributes.end() ? json::value{} : json::parse(kept->second, error);
  json::object out = !error && parsed.is_object() ? std::move(parsed.get_object())
                                                  : json::object{{"Version", "2008-10-17"},
                                                                 {"Id", arn + "/SQSDefaultPolicy"}};
  json::value& statements = out["Statement"];
  if (statements.is_object()) statements = json::array{statements};
  if (!statements.is_array()) statements.emplace_array();
  return out;
}

json::array::iterator labelled(json::array& statements, std::string_view label) {
  return std::find_if(statements.begin(), statements.end(), [&](const json::value& statement) {
    const auto* const sid =
        statement.is_object() ? statement.get_object().if_contains("Sid") : nullptr;
    return sid != nullptr && sid->is_string() && std::string_view(sid->get_string()) == label;
  });
}

std::optional<api_error> check_actions(const json::array& actions) {
  for (const auto& action : actions) {
    const std::string_view name =
        action.is_string() ? std::string_view(action.get_string()) : std::string_view{};
    if (std::find(permitted_actions.begin(), permitted_actions.end(), name) ==
        permitted_actions.end())
      return sqs_errors::invalid_value(
          "SQS:" + std::string(name),
          "ActionName",
          "Please refer to the appropriate WSDL for a list of valid actions.");
  }
  return std::nullopt;
}

}  // namespace

reply sqs_service::add_permission(const operation_call& call) {
  const auto found = named_queue(call);
  if (found.has_error()) return found.error();
  queue& q = **found;
  const std::string label(text_in(call.input, "Label"));
  if (label.empty()) return sqs_errors::missing_parameter("Label");
  std::array<const json::array*, 2> lists{};
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const char* const name = i == 0 ? "AWSAccountIds" : "Actions";
    lists[i] = array_in(call.input, name);
    if (lists[i] == nullptr || lists[i]->empty()) return sqs_errors::missing_parameter(name);
  }
  if (auto error = check_actions(*lists[1])) return *error;
  const std::string arn = arn_of(q.name);
  json::object policy = policy_of(q.attributes, arn);
  auto& statements = policy["Statement"].get_array();
  if (labelled(statements, label) != statements.end())
    return sqs_errors::invalid_value(label, "Label", "Already exists.");
  json::object who{{"AWS", listed(*lists[0], "arn:" + how_.who.partition + ":iam::", ":root")}};
  statements.push_back(json::object{{"Sid", label},
                                    {"Effect", "Allow"},
                                    {"Principal", std::move(who)},
                                    {"Action", listed(*lists[1], "SQS:", "")},
                                    {"Resource", arn}});
  q.attributes["Policy"] = json::serialize(policy);
  queues_changed();
  return json::object{};
}

reply sqs_service::remove_permission(const operation_call& call) {
  const auto found = named_queue(call);
  if (found.has_error()) return found.error();
  queue& q = **found;
  const std::string label(text_in(call.input, "Label"));
  if (label.empty()) return sqs_errors::missing_parameter("Label");
  json::object policy = policy_of(q.attributes, arn_of(q.name));
  auto& statements = policy["Statement"].get_array();
  const auto statement = labelled(statements, label);
  if (statement == statements.end())
    return sqs_errors::invalid_value(label, "Label", "can't find label on existing policy.");
  statements.erase(statement);
  if (statements.empty())
    q.attributes.erase("Policy");
  else
    q.attributes["Policy"] = json::serialize(policy);
  queues_changed();
  return json::object{};
}

}  // namespace tidewire::local
