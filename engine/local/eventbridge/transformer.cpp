#include "local/eventbridge/transformer.hpp"

#include "rules/json_reader.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>

namespace tidewire::local {
namespace {

constexpr std::string_view rule_arn = "aws.events.rule-arn";
constexpr std::string_view rule_name = "aws.events.rule-name";
constexpr std::string_view ingestion_time = "aws.events.event.ingestion-time";
constexpr std::string_view event_without_detail = "aws.events.event";
constexpr std::string_view whole_event = "aws.events.event.json";

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string(text));
}

/// The event's JSON without `detail`; `detail-type` is called `detailType` there.
std::string without_detail(std::string_view event) {
  using rules::json_token;
  rules::json_reader in(event);
  std::string out = "{";
  if (in.next() != json_token::begin_object) return "{}";
  while (in.next() == json_token::name) {
    std::string name = in.decoded();
    const std::size_t begin = in.position();
    if (!in.skip_rest_of(in.next())) break;
    if (name == "detail") continue;
    if (name == "detail-type") name = "detailType";
    out.append(out.size() > 1 ? "," : "").append(quoted(name)).append(":");
    out.append(event.substr(begin, in.position() - begin));
  }
  return out + "}";
}

/// The value as JSON text; nothing: the event has none.
std::optional<std::string> value_of(std::string_view name,
                                    const input_transformer& transformer,
                                    const event_context& context) {
  if (name == rule_arn) return quoted(context.rule_arn);
  if (name == rule_name) return quoted(context.rule_name);
  if (name == ingestion_time) return quoted(context.ingestion_time);
  if (name == event_without_detail) return without_detail(context.event);
  if (name == whole_event) return std::string(context.event);
  const auto path = transformer.paths.find(name);
  return path == transformer.paths.end() ? std::nullopt : path->second.extract(context.event);
}

std::string inside_quotes(std::string_view json) {
  if (json.size() >= 2 && json.front() == '"') return std::string(json.substr(1, json.size() - 2));
  std::string out(json);
  std::erase(out, '"');
  return out;
}

}  // namespace

bool is_reserved_placeholder(std::string_view name) noexcept {
  constexpr std::array names{
      rule_arn, rule_name, ingestion_time, event_without_detail, whole_event};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string_view> placeholders_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (auto open = text.find('<'); open != std::string_view::npos;
       open = text.find('<', open + 1)) {
    const auto close = text.find('>', open);
    if (close == std::string_view::npos) break;
    out.push_back(text.substr(open + 1, close - open - 1));
  }
  return out;
}

std::string fill_template(const input_transformer& transformer, const event_context& context) {
  const std::string_view text = transformer.text;
  std::string out;
  bool in_quotes = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size()) {
      out.append(text.substr(at++, 2));
      continue;
    }
    const auto close = c == '<' ? text.find('>', at) : std::string_view::npos;
    const auto name =
        close == std::string_view::npos ? std::string_view{} : text.substr(at + 1, close - at - 1);
    if (close == std::string_view::npos ||
        (!is_reserved_placeholder(name) && !transformer.paths.contains(name))) {
      if (c == '"') in_quotes = !in_quotes;
      out.push_back(c);
      continue;
    }
    const std::string value = value_of(name, transformer, context).value_or("\"\"");
    out.append(in_quotes ? inside_quotes(value) : value);
    at = close;
  }
  return out;
}

}  // namespace tidewire::local
