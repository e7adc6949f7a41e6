#include "base/base64.hpp"
#include "base/clock.hpp"
#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"
#include "local/sqs/service.hpp"

#include <algorithm>

/// Message move tasks: how a dead letter queue is emptied once the fault is mended. They live in
/// memory: a restart ends them where they are.
namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::int64_t tasks_told_max = 10;
constexpr std::string_view no_queue = "AWS.SimpleQueueService.NonExistentQueue";

api_error not_found(std::string message) {
  return {.code = "ResourceNotFoundException", .message = std::move(message), .status = 404};
}

api_error no_such_arn(std::string_view member) {
  return not_found("The resource that you specified for the " + std::string(member) +
                   " parameter doesn't exist.");
}

std::string_view state_text(move_task::state now) noexcept {
  switch (now) {
    case move_task::state::running:
      return "RUNNING";
    case move_task::state::completed:
      return "COMPLETED";
    case move_task::state::cancelled:
      return "CANCELLED";
    case move_task::state::failed:
      break;
  }
  return "FAILED";
}

json::object told(const move_task& task) {
  json::object out{{"Status", state_text(task.now)},
                   {"SourceArn", task.source_arn},
                   {"ApproximateNumberOfMessagesMoved", task.moved},
                   {"ApproximateNumberOfMessagesToMove", task.to_move},
                   {"StartedTimestamp", task.started_ms}};
  // Only a task that runs can be cancelled, so only it has a handle to tell.
  if (task.now == move_task::state::running) out["TaskHandle"] = task.handle;
  if (!task.destination_arn.empty()) out["DestinationArn"] = task.destination_arn;
  if (task.per_second) out["MaxNumberOfMessagesPerSecond"] = *task.per_second;
  if (!task.failure.empty()) out["FailureReason"] = task.failure;
  return out;
}

}  // namespace

reply sqs_service::start_move(const operation_call& call) {
  const std::string source_arn(text_in(call.input, "SourceArn"));
  if (source_arn.empty()) return sqs_errors::missing_parameter("SourceArn");
  queue* const source = find_arn(source_arn);
  if (source == nullptr) return no_such_arn("SourceArn");
  const std::string destination_arn(text_in(call.input, "DestinationArn"));
  if (!destination_arn.empty()) {
    const queue* const destination = find_arn(destination_arn);
    if (destination == nullptr) return no_such_arn("DestinationArn");
    if (destination == source)
      return sqs_errors::invalid_parameter("Source queue and destination queue must differ.");
    if (destination->messages.fifo() != source->messages.fifo())
      return sqs_errors::invalid_parameter(
          "Source queue and destination queue must be of the same type.");
  }
  const auto per_second = number_in(call.input,
                                    "MaxNumberOfMessagesPerSecond",
                                    move_task::per_second_max,
                                    1,
                                    move_task::per_second_max);
  if (!per_second)
    return out_of_range(
        call.input, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500, if provided.");
  if (std::none_of(queues_.begin(), queues_.end(), [&](const auto& q) {
        return q.second->settings.dead_letter_arn == source_arn;
      }))
    return sqs_errors::invalid_parameter("Source queue must be configured as a Dead Letter Queue.");
  if (std::any_of(moves_.begin(), moves_.end(), [&](const move_task& task) {
        return task.source_arn == source_arn && task.now == move_task::state::running;
      }))
    return sqs_errors::invalid_parameter(
        "There is already a task running. Only one active task is allowed for a source queue arn "
        "at a given time.");
  move_task& task = moves_.emplace_back();
  task.handle =
      to_base64(R"({"taskId":")" + ids_.uuid() + R"(","sourceArn":")" + source_arn + "\"}");
  task.source_arn = source_arn;
  task.destination_arn = destination_arn;
  if (call.input.contains("MaxNumberOfMessagesPerSecond")) task.per_second = per_second;
  task.pace = token_bucket(static_cast<double>(*per_second), static_cast<double>(*per_second));
  task.to_move = static_cast<std::int64_t>(source->messages.count().waiting);
  task.started_ms = unix_ms(call.now);
  return json::object{{"TaskHandle", task.handle}};
}

reply sqs_service::list_moves(const operation_call& call) {
  const std::string source_arn(text_in(call.input, "SourceArn"));
  if (source_arn.empty()) return sqs_errors::missing_parameter("SourceArn");
  if (find_arn(source_arn) == nullptr) return no_such_arn("SourceArn");
  const auto limit = number_in(call.input, "MaxResults", 1, 1, tasks_told_max);
  if (!limit) return out_of_range(call.input, "MaxResults", "Must be between 1 and 10.");
  json::array results;
  for (auto task = moves_.rbegin(); task != moves_.rend(); ++task)
    if (task->source_arn == source_arn && static_cast<std::int64_t>(results.size()) < *limit)
      results.push_back(told(*task));
  return json::object{{"Results", std::move(results)}};
}

reply sqs_service::cancel_move(const operation_call& call) {
  const std::string handle(text_in(call.input, "TaskHandle"));
  if (handle.empty()) return sqs_errors::missing_parameter("TaskHandle");
  const auto task = std::find_if(
      moves_.begin(), moves_.end(), [&](const move_task& t) { return t.handle == handle; });
  if (task == moves_.end() || task->now != move_task::state::running)
    return not_found("Task does not exist.");
  task->now = move_task::state::cancelled;
  return json::object{{"ApproximateNumberOfMessagesMoved", task->moved}};
}

/// A message that is moved is a new one: with another id and time, never received, and no repeat of
/// what it was.
void sqs_service::put_anew(queue& to, sqs_message message, time_point now) {
  message.id = ids_.uuid();
  message.sent_ms = message.first_received_ms = message.received_ms = message.receive_count = 0;
  // Until it stands in its place: what a queue gave up is no repeat there (sqs_queue::send).
  if (message.dead_letter_source.empty()) message.dead_letter_source = arn_of(to.name);
  const auto sent = to.messages.send(std::move(message), to.settings, unix_ms(now), 0);
  if (!sent.place) return;
  sqs_message& there = *to.messages.find(*sent.place);
  there.dead_letter_source.clear();
  message_stored(to, *sent.place, there);
  arrived(to);
}

void sqs_service::go_on_moving(move_task& task, time_point now) {
  const auto fail = [&](std::string_view reason) {
    task.now = move_task::state::failed;
    task.failure = reason;
  };
  queue* const source = find_arn(task.source_arn);
  if (source == nullptr) return fail(no_queue);
  source->messages.advance(unix_ms(now), source->settings.retention_s * 1000);
  while (task.pace.has(1, now)) {
    const auto place = source->messages.next();
    if (!place) {
      task.now = move_task::state::completed;
      return;
    }
    const std::string& origin = source->messages.find(*place)->dead_letter_source;
    if (task.destination_arn.empty() && origin.empty())
      return fail("CouldNotDetermineMessageSource");
    queue* const to = find_arn(task.destination_arn.empty() ? origin : task.destination_arn);
    if (to == nullptr) return fail(no_queue);
    task.pace.take(1);
    auto message = source->messages.remove(*place);
    message_gone(*source, *place);
    put_anew(*to, std::move(*message), now);
    ++task.moved;
  }
}

void sqs_service::move_messages(time_point now) {
  for (move_task& task : moves_)
    if (task.now == move_task::state::running) go_on_moving(task, now);
  // Ended ones are kept to be told, the newest of them.
  constexpr std::size_t kept_max = 1000;
  while (moves_.size() > kept_max && moves_.front().now != move_task::state::running)
    moves_.pop_front();
}

}  // namespace tidewire::local
