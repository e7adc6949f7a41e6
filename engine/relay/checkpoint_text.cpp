#include "base/byte_buffer.hpp"
#include "base/checksum.hpp"
#include "base/json_text.hpp"
#include "relay/checkpoint.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>
#include <stdexcept>

namespace tidewire::relay {
namespace {

constexpr std::string_view check_member = ",\"check\":\"";
constexpr std::string_view ending = "\"}\n";
constexpr std::size_t check_digits = 8;
constexpr std::int64_t version = 1;

std::string check_of(std::string_view text) {
  return fmt::format("{:08x}", checksum(text));
}

void append_member(byte_buffer& out, std::string_view name, std::string_view text) {
  out.append(",\"");
  out.append(name);
  out.append("\":");
  append_json_string(out, text);
}

bool is_number(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string text_member(simdjson::dom::object json, std::string_view name) {
  std::string_view text;
  return json[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace

void throw_exception_from_error(const checkpoint_error& e, const boost::source_location&) {
  throw std::runtime_error(e.message);
}

std::string write_checkpoint(const checkpoint& c) {
  byte_buffer out;
  out.append("{\"version\":");
  append_number(out, version);
  append_member(out, "stream", c.stream);
  append_member(out, "shard", c.shard);
  append_member(out, "shard_start", c.shard_start);
  if (c.done) {
    append_member(out, "sequence_number", c.done->sequence_number);
    if (c.done->sub_sequence_number) {
      out.append(",\"sub_sequence_number\":");
      append_number(out, *c.done->sub_sequence_number);
    }
  }
  if (c.from_ms) {
    out.append(",\"from_ms\":");
    append_number(out, *c.from_ms);
  }
  out.append(c.ended ? ",\"ended\":true" : ",\"ended\":false");
  const auto sum = check_of(out.view());
  out.append(check_member);
  out.append(sum);
  out.append(ending);
  return std::string(out.view());
}

checkpoint_result<checkpoint> read_checkpoint(std::string_view text) {
  const std::size_t tail = check_member.size() + check_digits + ending.size();
  if (text.size() < tail || !text.ends_with(ending)) return checkpoint_error{"it is cut short"};
  const auto body = text.substr(0, text.size() - tail);
  const auto sum = text.substr(body.size() + check_member.size(), check_digits);
  if (text.substr(body.size(), check_member.size()) != check_member || sum != check_of(body))
    return checkpoint_error{"its checksum does not fit its content"};

  simdjson::dom::parser parser;
  simdjson::dom::object json;
  if (parser.parse(simdjson::padded_string(text)).get(json) != simdjson::SUCCESS)
    return checkpoint_error{"it is not JSON"};
  std::int64_t written_version = 0;
  if (json["version"].get(written_version) != simdjson::SUCCESS || written_version != version)
    return checkpoint_error{"it was written by another version of the relay"};

  checkpoint c{.stream = text_member(json, "stream"),
               .shard = text_member(json, "shard"),
               .shard_start = text_member(json, "shard_start"),
               .done = std::nullopt,
               .from_ms = std::nullopt};
  if (c.stream.empty() || c.shard.empty()) return checkpoint_error{"it names no stream and shard"};
  if (auto number = text_member(json, "sequence_number"); !number.empty()) {
    if (!is_number(number)) return checkpoint_error{"its sequence number is not a number"};
    c.done = position{std::move(number), std::nullopt};
    if (std::uint64_t sub = 0; json["sub_sequence_number"].get(sub) == simdjson::SUCCESS)
      c.done->sub_sequence_number = sub;
  }
  if (std::int64_t from = 0; json["from_ms"].get(from) == simdjson::SUCCESS) c.from_ms = from;
  if (json["ended"].get(c.ended) != simdjson::SUCCESS)
    return checkpoint_error{"it does not say whether the shard ended"};
  return c;
}

}  // namespace tidewire::relay
