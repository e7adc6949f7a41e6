#include "consumer/print.hpp"

#include "base/byte_buffer.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"

#include <fmt/core.h>

#include <ctime>

namespace tidewire::consumer {
namespace {

constexpr std::int64_t second_ms = 1000;

/// `2026-11-22 06:52:56,123 consumer INFO `
std::string line_start(time_point now) {
  const auto ms = unix_ms(now);
  const std::time_t seconds = static_cast<std::time_t>(ms / second_ms);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02},{:03} consumer INFO ",
                     utc.tm_year + 1900,
                     utc.tm_mon + 1,
                     utc.tm_mday,
                     utc.tm_hour,
                     utc.tm_min,
                     utc.tm_sec,
                     ms % second_ms);
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

std::string print_json(const received_event& event) {
  byte_buffer out(event.event.size() + 256);
  append_member(out, R"({"id":)", event.id);
  append_member(out, R"(,"detail-type":)", event.detail_type);
  append_member(out, R"(,"source":)", event.source);
  append_member(out, R"(,"time":)", event.time);
  out.append(R"(,"event":)");
  out.append(event.event);
  out.append("}\n");
  return std::string(out.view());
}

}  // namespace

std::string print_event(output_form form,
                        const received_event& event,
                        std::string_view message_id,
                        time_point now) {
  return form == output_form::json ? print_json(event) : print_text(event, message_id, now);
}

std::string print_deleted(output_form form, std::string_view message_id, time_point now) {
  if (form == output_form::json) return {};
  return fmt::format("{}Deleted message {}\n", line_start(now), message_id);
}

}  // namespace tidewire::consumer
