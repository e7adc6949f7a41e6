#include "app/provisioning.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace tidewire::app {
namespace {

using aws::nothing;
using namespace std::chrono_literals;

constexpr auto active_wait_max = 120s;

bool is_missing(const aws::failure& f) {
  return f.code == "ResourceNotFoundException" ||
         f.code.find("QueueDoesNotExist") != std::string::npos ||
         f.code.find("NonExistentQueue") != std::string::npos;
}

aws::failure never_active(const std::string& status) {
  aws::failure out;
  out.code = "StreamNotActive";
  out.message = "it is still " + status + " after two minutes";
  return out;
}

/// Equal as JSON; a policy comes back with other blanks and another order of members.
bool same_json(const std::string& a, const std::string& b) {
  boost::system::error_code bad_a;
  boost::system::error_code bad_b;
  const auto left = boost::json::parse(a, bad_a);
  const auto right = boost::json::parse(b, bad_b);
  return !bad_a && !bad_b && left == right;
}

/// What a target is called on its rule: the queue's name, as far as an id may be.
std::string target_id(const std::string& queue) {
  constexpr std::size_t id_max = 64;
  return queue.substr(0, id_max);
}

}  // namespace

const char* to_string(provision_outcome outcome) noexcept {
  switch (outcome) {
    case provision_outcome::created:
      return "created";
    case provision_outcome::changed:
      return "changed";
    case provision_outcome::exists:
      break;
  }
  return "exists";
}

provisioner::provisioner(provision_plan plan, clients services, reporter report)
    : plan_(std::move(plan)), services_(std::move(services)), report_(std::move(report)) {}

void provisioner::told(const char* kind, std::string name, provision_outcome outcome) {
  report_({.kind = kind, .name = std::move(name), .outcome = outcome});
}

asio::awaitable<std::optional<provision_failure>> provisioner::run() {
  using part = step (provisioner::*)();
  for (const part next : {&provisioner::ensure_streams,
                          &provisioner::ensure_queues,
                          &provisioner::ensure_buses,
                          &provisioner::ensure_policy}) {
    auto doing_it = (this->*next)();
    const auto done = co_await std::move(doing_it);
    if (!done) co_return provision_failure{.what = at_, .why = done.error()};
  }
  co_return std::nullopt;
}

provisioner::step provisioner::ensure_streams() {
  for (const auto& name : plan_.streams) {
    auto ensuring = ensure_stream(name);
    if (auto done = co_await std::move(ensuring); !done) co_return std::move(done);
  }
  co_return nothing{};
}

provisioner::step provisioner::ensure_stream(std::string name) {
  doing("stream", name);
  auto outcome = provision_outcome::exists;
  auto looking = await_active(name);
  auto there = co_await std::move(looking);
  if (!there) co_return there.error();
  if (!*there) {
    auto creating = services_.kinesis.create_stream(name, plan_.shards);
    const auto created = co_await std::move(creating);
    // Somebody else may have made it meanwhile.
    if (!created && created.error().code != "ResourceInUseException") co_return created.error();
    outcome = provision_outcome::created;
    auto waiting = await_active(name);
    there = co_await std::move(waiting);
    if (!there) co_return there.error();
    if (!*there) co_return never_active("missing");
  }
  told("stream", std::move(name), outcome);
  co_return nothing{};
}

/// Waits while the stream is between states. False: there is no such stream.
aws::call<bool> provisioner::await_active(std::string name) {
  const auto patience_ends = std::chrono::steady_clock::now() + active_wait_max;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (auto pause = 100ms;; pause = std::min(2 * pause, std::chrono::milliseconds(2s))) {
    auto describing = services_.kinesis.describe_stream_summary(name);
    const auto summary = co_await std::move(describing);
    if (!summary && is_missing(summary.error())) co_return false;
    if (!summary) co_return summary.error();
    if (summary->status == "ACTIVE" || summary->status == "UPDATING") co_return true;
    if (std::chrono::steady_clock::now() > patience_ends) co_return never_active(summary->status);
    timer.expires_after(pause);
    co_await timer.async_wait(as_result);
  }
}

provisioner::step provisioner::ensure_queues() {
  std::string redrive_arn;
  for (const auto& dead : plan_.dead_letter_queues) {
    auto ensuring = ensure_queue(dead);
    const auto place = co_await std::move(ensuring);
    if (!place) co_return place.error();
    if (plan_.queue && plan_.queue->dead_letter_name == dead.name) redrive_arn = place->arn;
  }
  if (!plan_.queue) co_return nothing{};
  auto ensuring = ensure_queue(*plan_.queue);
  auto place = co_await std::move(ensuring);
  if (!place) co_return place.error();
  queue_ = std::move(*place);
  if (redrive_arn.empty()) co_return nothing{};
  auto redriving = ensure_redrive(std::move(redrive_arn));
  co_return co_await std::move(redriving);
}

aws::call<provisioner::queue_place> provisioner::ensure_queue(planned_queue queue) {
  doing("queue", queue.name);
  queue_place place;
  auto outcome = provision_outcome::exists;
  auto looking = services_.sqs.get_queue_url(queue.name);
  auto url = co_await std::move(looking);
  if (!url && is_missing(url.error())) {
    auto creating = services_.sqs.create_queue(queue.name, queue.attributes);
    url = co_await std::move(creating);
    outcome = provision_outcome::created;
  }
  if (!url) co_return url.error();
  place.url = *url;
  auto asking = services_.sqs.get_queue_attributes(place.url);
  auto attributes = co_await std::move(asking);
  if (!attributes) co_return attributes.error();
  place.arn = (*attributes)["QueueArn"];

  std::erase_if(queue.enforced,
                [&](const auto& wanted) { return (*attributes)[wanted.first] == wanted.second; });
  if (outcome == provision_outcome::exists && !queue.enforced.empty()) {
    auto setting = services_.sqs.set_queue_attributes(place.url, queue.enforced);
    const auto set = co_await std::move(setting);
    if (!set) co_return set.error();
    outcome = provision_outcome::changed;
  }
  told("queue", queue.name, outcome);
  co_return place;
}

provisioner::step provisioner::ensure_redrive(std::string dead_letter_arn) {
  doing("redrive policy of", plan_.queue->name);
  const std::string wanted = boost::json::serialize(boost::json::object{
      {"deadLetterTargetArn", dead_letter_arn}, {"maxReceiveCount", plan_.queue->receives_max}});
  auto asking = services_.sqs.get_queue_attributes(queue_->url);
  auto attributes = co_await std::move(asking);
  if (!attributes) co_return attributes.error();
  const std::string existing = (*attributes)["RedrivePolicy"];
  auto outcome = existing.empty() ? provision_outcome::created : provision_outcome::exists;
  if (!same_json(existing, wanted)) {
    if (!existing.empty()) outcome = provision_outcome::changed;
    std::map<std::string, std::string> change{{"RedrivePolicy", wanted}};
    auto setting = services_.sqs.set_queue_attributes(queue_->url, std::move(change));
    const auto set = co_await std::move(setting);
    if (!set) co_return set.error();
  }
  told("redrive", plan_.queue->name + " to " + plan_.queue->dead_letter_name, outcome);
  co_return nothing{};
}

provisioner::step provisioner::ensure_buses() {
  for (const auto& bus : plan_.buses) {
    doing("bus", bus);
    auto outcome = provision_outcome::exists;
    auto looking = services_.eventbridge.describe_event_bus(bus);
    auto arn = co_await std::move(looking);
    if (!arn && is_missing(arn.error()) && !bus.starts_with("arn:")) {
      auto creating = services_.eventbridge.create_event_bus(bus);
      arn = co_await std::move(creating);
      outcome = provision_outcome::created;
    }
    if (!arn) co_return arn.error();
    told("bus", bus, outcome);
    if (plan_.rule_name.empty()) continue;
    auto ruling = ensure_rule(bus);
    if (auto done = co_await std::move(ruling); !done) co_return std::move(done);
  }
  co_return nothing{};
}

provisioner::step provisioner::ensure_rule(std::string bus) {
  doing("rule", bus + '/' + plan_.rule_name);
  auto listing = services_.eventbridge.list_targets_by_rule(bus, plan_.rule_name);
  auto targets = co_await std::move(listing);
  if (!targets && !is_missing(targets.error())) co_return targets.error();
  // Put in any case: what an existing rule says is not asked, and its targets stay.
  auto putting = services_.eventbridge.put_rule(bus, plan_.rule_name, plan_.rule_pattern);
  auto arn = co_await std::move(putting);
  if (!arn) co_return arn.error();
  rule_arns_.push_back(std::move(*arn));
  told("rule",
       bus + '/' + plan_.rule_name,
       targets ? provision_outcome::exists : provision_outcome::created);
  if (!queue_) co_return nothing{};
  std::vector<aws::event_target> existing;
  if (targets) existing = std::move(*targets);
  auto targeting = ensure_target(std::move(bus), std::move(existing));
  co_return co_await std::move(targeting);
}

provisioner::step provisioner::ensure_target(std::string bus,
                                             std::vector<aws::event_target> targets) {
  const std::string name = bus + '/' + plan_.rule_name + " to " + plan_.queue->name;
  doing("target", name);
  const std::string group = plan_.queue->is_fifo() ? plan_.message_group_id : std::string();
  const auto same = std::find_if(
      targets.begin(), targets.end(), [&](const auto& t) { return t.arn == queue_->arn; });
  auto outcome = same == targets.end() ? provision_outcome::created : provision_outcome::exists;
  if (same == targets.end() || same->message_group_id != group) {
    if (same != targets.end()) outcome = provision_outcome::changed;
    aws::event_target wanted;
    wanted.id = same == targets.end() ? target_id(plan_.queue->name) : same->id;
    wanted.arn = queue_->arn;
    wanted.message_group_id = group;
    std::vector<aws::event_target> one{std::move(wanted)};
    auto putting =
        services_.eventbridge.put_targets(std::move(bus), plan_.rule_name, std::move(one));
    const auto put = co_await std::move(putting);
    if (!put) co_return put.error();
  }
  told("target", name, outcome);
  co_return nothing{};
}

provisioner::step provisioner::ensure_policy() {
  if (!queue_ || rule_arns_.empty()) co_return nothing{};
  doing("policy of", plan_.queue->name);
  auto asking = services_.sqs.get_queue_attributes(queue_->url);
  auto attributes = co_await std::move(asking);
  if (!attributes) co_return attributes.error();
  const std::string existing = (*attributes)["Policy"];
  const std::string wanted = queue_policy(existing, queue_->arn, rule_arns_);
  auto outcome = existing.empty() ? provision_outcome::created : provision_outcome::exists;
  if (!same_json(existing, wanted)) {
    if (!existing.empty()) outcome = provision_outcome::changed;
    std::map<std::string, std::string> change{{"Policy", wanted}};
    auto setting = services_.sqs.set_queue_attributes(queue_->url, std::move(change));
    const auto set = co_await std::move(setting);
    if (!set) co_return set.error();
  }
  told("policy", plan_.queue->name, outcome);
  co_return nothing{};
}

}  // namespace tidewire::app
