#pragma once

#include "local/call/id_source.hpp"
#include "local/call/queue_sender.hpp"
#include "local/call/service.hpp"
#include "local/sqs/attributes.hpp"
#include "local/sqs/members.hpp"
#include "local/sqs/message.hpp"
#include "local/sqs/move_task.hpp"
#include "local/sqs/queue.hpp"
#include "local/sqs/receive_attempts.hpp"

#include <boost/json/array.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

class journal;

/// SQS in memory, standard and FIFO queues. A ReceiveMessage is answered at once, with nothing
/// where there is nothing: the frame does the waiting of a long poll and asks again when
/// `on_arrival` names the queue or its due time has come.
class sqs_service : public service, public queue_sender {
 public:
  struct options {
    identity who;
    std::function<void(const std::string& queue)> on_arrival = {};  // something may be received now
    std::size_t bytes_max = 0;  // of messages in all queues; beyond, sends are refused. 0: no bound
    std::function<void(const std::string&)> warn = {};  // a sentence for whoever watches
  };

  explicit sqs_service(options how) : how_(std::move(how)) {}

  reply handle(const operation_call& call) override;
  member_types members() const noexcept override { return sqs_members; }
  void tick(std::chrono::system_clock::time_point now) override;
  send_outcome send(std::string_view queue_arn,
                    const queue_message& message,
                    std::chrono::system_clock::time_point now) override;
  bool has_room() override;

  /// How long a ReceiveMessage may wait, and for which queue; nothing if the call would be refused
  /// or does not wait.
  struct wait {
    std::string queue;
    std::chrono::seconds at_most{0};
  };
  std::optional<wait> wait_of(const operation_call& call);
  /// When a hidden message of the queue becomes visible.
  std::optional<std::chrono::system_clock::time_point> due(const std::string& queue) const;

  /// Takes one entry of an earlier run's journal; all of them before the first call.
  void replay(char kind, std::string_view payload, std::chrono::system_clock::time_point now);
  /// Writes what there is into the journal in its shortest form, and everything that follows behind
  /// it.
  void keep_in(journal& file);

 private:
  using time_point = std::chrono::system_clock::time_point;
  template <class T>
  using or_error = boost::system::result<T, api_error>;

  struct queue {
    queue(std::string queue_name, bool fifo) : name(std::move(queue_name)), messages(fifo) {}
    std::string name;
    attribute_map attributes;
    sqs_settings settings;
    std::map<std::string, std::string> tags;
    std::int64_t created_s = 0;
    std::int64_t modified_s = 0;
    std::int64_t purged_ms = 0;
    sqs_queue messages;
    receive_attempts attempts;  // FIFO queues
  };

  // service.cpp
  or_error<queue*> named_queue(const operation_call& call);
  queue* find_arn(std::string_view arn);
  std::string arn_of(const std::string& name) const;
  std::string url_of(const std::string& name, const operation_call& call) const;

  // queues.cpp
  reply create_queue(const operation_call& call);
  reply get_queue_url(const operation_call& call);
  reply list_queues(const operation_call& call);
  reply delete_queue(const operation_call& call);
  reply purge_queue(const operation_call& call);
  reply get_attributes(const operation_call& call);
  reply set_attributes(const operation_call& call);
  reply list_sources(const operation_call& call);
  std::optional<api_error> check_redrive(const queue& q, const attribute_map& attributes);
  reply page_of_urls(const operation_call& call,
                     const char* member,
                     const std::function<bool(const queue&)>& wanted);

  // tags.cpp
  reply tag_queue(const operation_call& call);
  reply untag_queue(const operation_call& call);
  reply list_tags(const operation_call& call);

  // permissions.cpp
  reply add_permission(const operation_call& call);
  reply remove_permission(const operation_call& call);

  // send.cpp
  reply send_message(const operation_call& call);
  reply send_batch(const operation_call& call);
  /// One message of either call.
  or_error<boost::json::object> send_one(queue& q,
                                         const boost::json::object& input,
                                         const operation_call& call);
  or_error<sqs_message> read_message(const queue& q, const boost::json::object& input) const;
  sqs_queue::sent put(queue& q, sqs_message message, time_point now, std::int64_t hidden_ms);

  // receive.cpp
  reply receive_message(const operation_call& call);
  or_error<boost::json::array> receive_new(queue& q,
                                           std::size_t limit,
                                           std::int64_t visibility_ms,
                                           const operation_call& call);
  or_error<boost::json::array> receive_again(queue& q,
                                             std::vector<receive_attempts::taken>& messages,
                                             std::int64_t visibility_ms,
                                             const operation_call& call);
  void give_up(queue& from, std::uint64_t place, time_point now);
  boost::json::object shown(const queue& q,
                            const sqs_message& message,
                            std::uint64_t place,
                            const operation_call& call) const;
  std::string receipt_handle(const queue& q, std::uint64_t place, std::uint64_t receipt) const;

  // delete.cpp
  struct receipt_of {
    std::uint64_t place = 0;
    std::uint64_t receipt = 0;
  };
  or_error<receipt_of> read_receipt(const queue& q, std::string_view handle) const;
  reply delete_message(const operation_call& call);
  reply delete_batch(const operation_call& call);
  reply change_visibility(const operation_call& call);
  reply change_visibility_batch(const operation_call& call);
  std::optional<api_error> delete_one(queue& q, const boost::json::object& input, time_point now);
  std::optional<api_error> change_one(queue& q, const boost::json::object& input, time_point now);
  using entry_action =
      std::function<or_error<boost::json::object>(const boost::json::object& entry)>;
  /// The frame of all batch calls: distinct well-formed ids, 1 to 10 entries, injected failures,
  /// Successful and Failed.
  reply each_entry(const operation_call& call,
                   std::string_view entry_name,
                   const entry_action& act);

  // moves.cpp
  reply start_move(const operation_call& call);
  reply list_moves(const operation_call& call);
  reply cancel_move(const operation_call& call);
  void put_anew(queue& to, sqs_message message, time_point now);
  void go_on_moving(move_task& task, time_point now);
  void move_messages(time_point now);

  // journal.cpp
  void queues_changed();
  void message_stored(const queue& q, std::uint64_t place, const sqs_message& message);
  void message_moved(const queue& q, std::uint64_t place, const sqs_message& message);
  void message_gone(const queue& q, std::uint64_t place);
  void queues_from_json(const boost::json::object& all);
  void rewrite_journal();

  void arrived(const queue& q) const {
    if (how_.on_arrival) how_.on_arrival(q.name);
  }

  options how_;
  id_source ids_;
  std::map<std::string, std::unique_ptr<queue>, std::less<>> queues_;
  std::map<std::string, std::int64_t> deleted_ms_;
  std::deque<move_task> moves_;  // by rising start
  bool warned_ = false;
  journal* journal_ = nullptr;
};

}  // namespace tidewire::local
