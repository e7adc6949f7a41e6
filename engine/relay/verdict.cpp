#include "relay/verdict.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tidewire::relay {
namespace {

/// Codes of one entry. Source: EventBridge API reference, PutEventsResultEntry.
constexpr std::array<std::string_view, 3> entry_is_refused{
    "MalformedDetail", "InvalidArgument", "RedactionFailure"};

/// Codes of a request that say something about its content: over the size limit, not to be parsed.
constexpr std::array<std::string_view, 6> content_is_refused{"ValidationException",
                                                             "ValidationError",
                                                             "SerializationException",
                                                             "RequestEntityTooLargeException",
                                                             "InvalidParameterValue",
                                                             "MalformedDetail"};
constexpr unsigned payload_too_large = 413;

template <std::size_t Size>
bool among(const std::array<std::string_view, Size>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

verdict judge_entry(const aws::failure& f) {
  return among(entry_is_refused, f.code) ? verdict::dead : verdict::again;
}

verdict judge_request(const aws::failure& f, std::size_t entries) {
  if (f.transport || f.what != aws::remedy::none) return verdict::again;
  if (f.status != payload_too_large && !among(content_is_refused, f.code)) return verdict::again;
  return entries == 1 ? verdict::dead : verdict::divided;
}

}  // namespace tidewire::relay
