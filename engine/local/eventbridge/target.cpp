#include "local/eventbridge/target.hpp"

#include "local/call/input_reader.hpp"
#include "local/eventbridge/transformer.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace tidewire::local {
namespace {

namespace json = boost::json;

bool is_queue_arn(std::string_view arn) {
  // arn:aws:sqs:us-east-1:000000000000:name
  if (!arn.starts_with("arn:") || std::count(arn.begin(), arn.end(), ':') != 5 ||
      arn.ends_with(':'))
    return false;
  const auto service = arn.find(':', 4) + 1;
  return arn.substr(service, arn.find(':', service) - service) == "sqs";
}

std::string arn_problem(std::string_view arn) {
  const bool an_arn = arn.starts_with("arn:") && std::count(arn.begin(), arn.end(), ':') >= 5;
  return "Parameter " + std::string(arn) + " is not valid. Reason: " +
         (an_arn ? "Only SQS queues are supported as targets here."
                 : "Provided Arn is not in correct format.");
}

std::optional<std::string> text_member(const json::object& in, std::string_view name) {
  const auto* const value = in.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

const json::object* object_member(const json::object& in, std::string_view name) {
  const auto* const value = in.if_contains(name);
  return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

bool read_transformer(const json::object& given,
                      const std::string& id,
                      input_transformer& out,
                      std::string& problem) {
  out.text = text_member(given, "InputTemplate").value_or("");
  if (const auto* const paths = object_member(given, "InputPathsMap")) {
    for (const auto& [name, value] : *paths) {
      auto path =
          value.is_string() ? json_path::read(std::string_view(value.get_string())) : std::nullopt;
      if (!path || std::string_view(name).starts_with("AWS.") || is_reserved_placeholder(name)) {
        problem = "Invalid InputPathsMap for target " + id + " : " + std::string(name) +
                  (path ? " is a reserved name." : " is not a JSON path in dot notation.");
        return false;
      }
      out.paths.emplace(std::string(name), std::move(*path));
    }
  }
  for (const auto name : placeholders_of(out.text))
    if (!is_reserved_placeholder(name) && !out.paths.contains(name))
      problem = "InputTemplate for target " + id + " contains invalid placeholder " +
                std::string(name) + ".";
  return problem.empty();
}

bool read_input(const json::object& given, event_target& out, std::string& problem) {
  out.input = text_member(given, "Input");
  const auto path = text_member(given, "InputPath");
  const auto* const transformer = object_member(given, "InputTransformer");
  if ((out.input ? 1 : 0) + (path ? 1 : 0) + (transformer != nullptr ? 1 : 0) > 1) {
    problem = "Only one of Input, InputPath, or InputTransformer must be provided for target " +
              out.id + ".";
    return false;
  }
  if (path) out.input_path = json_path::read(*path);
  if (path && !out.input_path) {
    problem = "Invalid InputPath for target " + out.id + ".";
    return false;
  }
  return transformer == nullptr ||
         read_transformer(*transformer, out.id, out.transformer.emplace(), problem);
}

bool read_retries(const json::object& given, event_target& out, std::string& problem) {
  if (const auto* const policy = object_member(given, "RetryPolicy")) {
    input_reader in(*policy);
    const auto attempts = in.number("MaximumRetryAttempts", {});
    const auto age = in.number("MaximumEventAgeInSeconds", {});
    out.retries.attempts_max = attempts.value_or(out.retries.attempts_max);
    if (age) out.retries.age_max = std::chrono::seconds(*age);
  }
  if (const auto* const dead_letters = object_member(given, "DeadLetterConfig")) {
    out.dead_letter_arn = text_member(*dead_letters, "Arn").value_or("");
    if (!out.dead_letter_arn.empty() && !is_queue_arn(out.dead_letter_arn))
      problem = arn_problem(out.dead_letter_arn);
    if (out.dead_letter_arn.ends_with(".fifo"))
      problem = "The dead-letter queue of target " + out.id + " must be a standard queue.";
  }
  return problem.empty();
}

}  // namespace

void check_target(input_reader& target) {
  constexpr input_reader::text_rule arn{.length_min = 1, .length_max = 1600};
  target.text("Id",
              {.required = true,
               .length_min = 1,
               .length_max = 64,
               .shape = input_reader::pattern::event_name});
  target.text("Arn", {.required = true, .length_min = 1, .length_max = 1600});
  target.text("RoleArn", arn);
  target.text("Input", {.length_max = 8192});
  target.text("InputPath", {.length_max = 256});
  if (auto transformer = target.inside("InputTransformer")) {
    transformer->text("InputTemplate", {.required = true, .length_min = 1, .length_max = 8192});
    transformer->text_map("InputPathsMap",
                          {.count_max = 100},
                          {.length_min = 1, .length_max = 256},
                          {.length_min = 0, .length_max = 256});
    target.add(*transformer);
  }
  if (auto sqs = target.inside("SqsParameters")) {
    sqs->text("MessageGroupId", {.length_max = 100});
    target.add(*sqs);
  }
  if (auto dead_letters = target.inside("DeadLetterConfig")) {
    dead_letters->text("Arn", arn);
    target.add(*dead_letters);
  }
  if (auto policy = target.inside("RetryPolicy")) {
    policy->number("MaximumRetryAttempts", {.min = 0, .max = 185});
    policy->number("MaximumEventAgeInSeconds", {.min = 60, .max = 86'400});
    target.add(*policy);
  }
}

std::optional<event_target> read_target(const json::object& given, std::string& problem) {
  event_target out;
  out.id = text_member(given, "Id").value_or("");
  out.queue_arn = text_member(given, "Arn").value_or("");
  out.as_given = given;
  if (!is_queue_arn(out.queue_arn)) {
    problem = arn_problem(out.queue_arn);
    return std::nullopt;
  }
  if (const auto* const sqs = object_member(given, "SqsParameters"))
    out.message_group_id = text_member(*sqs, "MessageGroupId").value_or("");
  if (out.queue_arn.ends_with(".fifo") && out.message_group_id.empty()) {
    problem = "Parameter(s) MessageGroupId must be specified for target: " + out.id + ".";
    return std::nullopt;
  }
  if (!read_input(given, out, problem) || !read_retries(given, out, problem)) return std::nullopt;
  return out;
}

std::optional<std::string> message_body(const event_target& target, const event_context& context) {
  if (target.input) return target.input;
  if (target.input_path) return target.input_path->extract(context.event);
  if (target.transformer) return fill_template(*target.transformer, context);
  return std::string(context.event);
}

}  // namespace tidewire::local
