#include "local/sqs/service.hpp"

#include "base/clock.hpp"
#include "local/sqs/errors.hpp"
#include "local/store/journal.hpp"

namespace tidewire::local {

std::string sqs_service::arn_of(const std::string& name) const {
  return "arn:" + how_.who.partition + ":sqs:" + how_.who.region + ":" + how_.who.account + ":" +
         name;
}

std::string sqs_service::url_of(const std::string& name, const operation_call& call) const {
  return call.base_url + "/" + how_.who.account + "/" + name;
}

sqs_service::or_error<sqs_service::queue*> sqs_service::named_queue(const operation_call& call) {
  const auto* const url = call.input.if_contains("QueueUrl");
  if (url == nullptr || !url->is_string() || url->get_string().empty())
    return sqs_errors::missing_parameter("QueueUrl");
  // The host is whatever the sender reaches us by; the name at the end is what counts.
  const std::string_view text = url->get_string();
  const auto slash = text.rfind('/');
  const auto known = queues_.find(slash == std::string_view::npos ? text : text.substr(slash + 1));
  if (known == queues_.end()) return sqs_errors::no_queue();
  return known->second.get();
}

sqs_service::queue* sqs_service::find_arn(std::string_view arn) {
  if (!arn.starts_with("arn:") || arn.find(":sqs:") == std::string_view::npos) return nullptr;
  const auto known = queues_.find(arn.substr(arn.rfind(':') + 1));
  return known == queues_.end() ? nullptr : known->second.get();
}

reply sqs_service::handle(const operation_call& call) {
  using member = reply (sqs_service::*)(const operation_call&);
  static const std::map<std::string_view, member> operations{
      {"CreateQueue", &sqs_service::create_queue},
      {"GetQueueUrl", &sqs_service::get_queue_url},
      {"ListQueues", &sqs_service::list_queues},
      {"DeleteQueue", &sqs_service::delete_queue},
      {"PurgeQueue", &sqs_service::purge_queue},
      {"GetQueueAttributes", &sqs_service::get_attributes},
      {"SetQueueAttributes", &sqs_service::set_attributes},
      {"TagQueue", &sqs_service::tag_queue},
      {"UntagQueue", &sqs_service::untag_queue},
      {"ListQueueTags", &sqs_service::list_tags},
      {"ListDeadLetterSourceQueues", &sqs_service::list_sources},
      {"AddPermission", &sqs_service::add_permission},
      {"RemovePermission", &sqs_service::remove_permission},
      {"SendMessage", &sqs_service::send_message},
      {"SendMessageBatch", &sqs_service::send_batch},
      {"ReceiveMessage", &sqs_service::receive_message},
      {"DeleteMessage", &sqs_service::delete_message},
      {"DeleteMessageBatch", &sqs_service::delete_batch},
      {"ChangeMessageVisibility", &sqs_service::change_visibility},
      {"ChangeMessageVisibilityBatch", &sqs_service::change_visibility_batch},
      {"StartMessageMoveTask", &sqs_service::start_move},
      {"ListMessageMoveTasks", &sqs_service::list_moves},
      {"CancelMessageMoveTask", &sqs_service::cancel_move},
  };
  const auto operation = operations.find(call.operation);
  if (operation == operations.end()) {
    api_error out = unknown_operation(call.operation);
    out.query_code = "InvalidAction";
    return out;
  }
  return (this->*operation->second)(call);
}

bool sqs_service::has_room() {
  if (how_.bytes_max == 0) return true;
  std::size_t bytes = 0;
  for (const auto& [name, q] : queues_) bytes += q->messages.bytes() + q->attempts.bytes();
  if (bytes < how_.bytes_max) return true;
  if (!warned_ && how_.warn)
    how_.warn(
        "more messages than --memory allows: sends are refused as throttled until some have been "
        "deleted");
  warned_ = true;
  return false;
}

void sqs_service::tick(time_point now) {
  for (const auto& [name, q] : queues_)
    q->messages.advance(unix_ms(now), q->settings.retention_s * 1000);
  move_messages(now);
  constexpr std::uint64_t rewrite_bytes_min = 64UL * 1024 * 1024;
  std::size_t live = 0;
  if (journal_ == nullptr || journal_->size() < rewrite_bytes_min) return;
  for (const auto& [name, q] : queues_)
    q->messages.each([&](std::uint64_t, const sqs_message& m) { live += m.body.size() + 512; });
  if (journal_->size() > live * 4) rewrite_journal();
}

std::optional<sqs_service::time_point> sqs_service::due(const std::string& name) const {
  const auto known = queues_.find(name);
  if (known == queues_.end()) return std::nullopt;
  const auto ms = known->second->messages.due_ms();
  if (!ms) return std::nullopt;
  return time_point(std::chrono::milliseconds(*ms));
}

std::optional<sqs_service::wait> sqs_service::wait_of(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return std::nullopt;
  const auto* const asked = call.input.if_contains("WaitTimeSeconds");
  const std::int64_t seconds =
      asked != nullptr && asked->is_int64() ? asked->get_int64() : (*q)->settings.wait_s;
  if (seconds <= 0 || seconds > 20) return std::nullopt;
  return wait{(*q)->name, std::chrono::seconds(seconds)};
}

}  // namespace tidewire::local
