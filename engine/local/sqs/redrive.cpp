#include "local/sqs/redrive.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t sources_max = 10;

std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  auto document = json::parse(json::string_view(text), error);
  if (error || !document.is_object()) return std::nullopt;
  return std::move(document.get_object());
}

}  // namespace

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<redrive> parse_redrive(std::string_view text) {
  const auto policy = parse_object(text);
  if (!policy) return std::nullopt;
  const auto* const target = policy->if_contains("deadLetterTargetArn");
  const auto* const count = policy->if_contains("maxReceiveCount");
  if (target == nullptr || !target->is_string() || count == nullptr) return std::nullopt;
  const auto number = count->is_int64()    ? std::optional(count->get_int64())
                      : count->is_string() ? parse_number(count->get_string())
                                           : std::nullopt;
  if (!number || *number < 1 || *number > 1000) return std::nullopt;
  return redrive{std::string(target->get_string()), *number};
}

bool redrive_allow::permits(std::string_view source_arn) const {
  return everyone || std::find(sources.begin(), sources.end(), source_arn) != sources.end();
}

std::optional<redrive_allow> parse_redrive_allow(std::string_view text) {
  const auto policy = parse_object(text);
  if (!policy) return std::nullopt;
  const auto* const permission = policy->if_contains("redrivePermission");
  const auto* const sources = policy->if_contains("sourceQueueArns");
  if (permission == nullptr || !permission->is_string()) return std::nullopt;
  const std::string_view said = permission->get_string();
  redrive_allow out{.everyone = said == "allowAll", .sources = {}};
  if (said != "byQueue") {
    if ((said != "allowAll" && said != "denyAll") || sources != nullptr) return std::nullopt;
    return out;
  }
  if (sources == nullptr || !sources->is_array() || sources->get_array().empty() ||
      sources->get_array().size() > sources_max)
    return std::nullopt;
  for (const auto& source : sources->get_array()) {
    if (!source.is_string()) return std::nullopt;
    out.sources.emplace_back(source.get_string());
  }
  return out;
}

}  // namespace tidewire::local
