#include "consumer/print.hpp"

#include "base/byte_buffer.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <ctime>
#include <string>

namespace tidewire::consumer {
namespace {

constexpr std::int64_t second_ms = 1000;

/// `2026-11-22 06:52:56,123`
std::string time_text(std::int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms / second_ms);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02},{:03}",
                     utc.tm_year + 1900,
                     utc.tm_mon + 1,
                     utc.tm_mday,
                     utc.tm_hour,
                     utc.tm_min,
                     utc.tm_sec,
                     ms % second_ms);
}

std::string line_start(time_point now) {
  return time_text(unix_ms(now)) + " consumer INFO ";
}

std::string print_text(const received_event& event, std::string_view message_id, time_point now) {
  const auto start = line_start(now);
  return fmt::format(
      "{0}Received event detail-type: {1}, source: {2}, message id {3}\n{0}before: {4}\n{0}after: "
      "{5}\n",
      start,
      event.detail_type,
      event.source,
      message_id,
      event.before,
      event.after);
}

void append_member(byte_buffer& out, std::string_view name, std::string_view text) {
  out.append(name);
  append_json_string(out, text);
}

/// The line without its end, so that more can follow.
void append_json(byte_buffer& out, const received_event& event) {
  append_member(out, R"({"id":)", event.id);
  append_member(out, R"(,"detail-type":)", event.detail_type);
  append_member(out, R"(,"source":)", event.source);
  append_member(out, R"(,"time":)", event.time);
  out.append(R"(,"event":)");
  out.append(event.event);
}

std::string print_json(const received_event& event) {
  byte_buffer out(event.event.size() + 256);
  append_json(out, event);
  out.append("}\n");
  return std::string(out.view());
}

using state = transaction_run::state;

std::string_view name_of(state how) {
  switch (how) {
    case state::complete:
      return "complete";
    case state::incomplete:
      return "incomplete";
    case state::late:
      break;
  }
  return "late";
}

std::string print_json(const transaction_run& run) {
  byte_buffer out;
  const std::string count = run.event_count ? std::to_string(*run.event_count) : "null";
  for (const auto& held : run.events) {
    const auto& mark = held.event.transaction;
    const bool is_change = mark && mark->what == transaction_mark::part::change;
    append_json(out, held.event);
    append_member(out, R"(,"transaction":{"id":)", run.id);
    out.append(fmt::format(R"(,"ts_ms":{},"order":{},"of":{},"state":"{}"}}}})",
                           run.commit_ms,
                           is_change ? std::to_string(mark->order) : "null",
                           count,
                           name_of(run.how)));
    out.push_back('\n');
  }
  return std::string(out.view());
}

std::string heading(const transaction_run& run) {
  const std::string name = fmt::format("Transaction {} of {}", run.id, time_text(run.commit_ms));
  if (run.how == state::late) return name + ": late, the others of it were printed before";
  const std::string changes = fmt::format("{} change{}", run.changes, run.changes == 1 ? "" : "s");
  if (run.how == state::complete) return fmt::format("{}: {}", name, changes);
  if (!run.event_count)
    return fmt::format("{}: incomplete, {}, and its end has not come", name, changes);
  return fmt::format("{}: incomplete, {} of {}", name, changes, *run.event_count);
}

}  // namespace

std::string print_event(output_form form,
                        const received_event& event,
                        std::string_view message_id,
                        time_point now) {
  return form == output_form::json ? print_json(event) : print_text(event, message_id, now);
}

std::string print_run(output_form form, const transaction_run& run, time_point now) {
  if (form == output_form::json) return print_json(run);
  std::string text = fmt::format("{}{}\n", line_start(now), heading(run));
  for (const auto& held : run.events)
    text += print_text(held.event, held.receipts.front().message_id, now);
  return text;
}

void drop_unprinted(output_form form, received_event& event) {
  const auto drop = [](std::string& text) { std::string().swap(text); };
  if (form == output_form::text) return drop(event.event);
  drop(event.before);
  drop(event.after);
}

std::string print_deleted(output_form form, std::string_view message_id, time_point now) {
  if (form == output_form::json) return {};
  return fmt::format("{}Deleted message {}\n", line_start(now), message_id);
}

}  // namespace tidewire::consumer
