#include "sinks/eventbridge_destination.hpp"

#include <array>
#include <utility>

namespace tidewire::sinks {
namespace {

constexpr std::size_t detail_type_characters_max = 128;
constexpr std::size_t envelope_bytes_max =
    512;  // source, detail type and time, as far as the request's size goes

/// Entry errors that speak of the entry itself. Source: EventBridge API, PutEventsResultEntry; the
/// others are of the account or the service, which somebody may mend.
bool blames_the_entry(const aws::failure& why) noexcept {
  constexpr std::array<std::string_view, 3> codes = {
      "MalformedDetail", "InvalidArgument", "ValidationException"};
  for (const auto code : codes)
    if (why.code == code) return true;
  return why.status == 413;
}

}  // namespace

std::string usual_detail_type(std::string_view stream) {
  std::string text(stream.substr(stream.rfind('.') + 1));
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  constexpr std::string_view suffix = "DataChangeEvent";
  if (text.size() + suffix.size() > detail_type_characters_max)
    text.resize(detail_type_characters_max - suffix.size());
  return text.append(suffix);
}

eventbridge_destination::eventbridge_destination(aws::eventbridge_client client, options how)
    : client_(std::move(client)),
      how_(std::move(how)),
      limits_{.records_max = aws::eventbridge_client::entries_per_request_max,
              .bytes_max = how_.request_bytes_max,
              .record_overhead_bytes = envelope_bytes_max,
              .shared_bytes_max = how_.request_bytes_max} {}

const eventbridge_destination::envelope& eventbridge_destination::envelope_of(
    const event::stream& s) {
  const auto [place, made] = envelopes_.try_emplace(&s);
  if (made) {
    const std::string& source = how_.source.find(s.name);
    const std::string& type = how_.detail_type.find(s.name);
    place->second = {.bus = how_.bus.find(s.name),
                     .source = source.empty() ? s.name : source,
                     .detail_type = type.empty() ? usual_detail_type(s.name) : type};
  }
  return place->second;
}

asio::awaitable<void> eventbridge_destination::send(const pipeline::lanes::request& what,
                                                    report& out) {
  const envelope& common = envelope_of(*what.destination);
  std::vector<aws::event_entry> entries;
  std::vector<std::size_t> places;  // of the entries among the records
  out.verdicts.assign(what.records.size(), {.what = fate::skipped});
  for (std::size_t i = 0; i < what.records.size(); ++i) {
    const std::string_view value = what.records[i]->value();
    if (value.empty()) continue;
    entries.push_back({.source = common.source,
                       .detail_type = common.detail_type,
                       .detail = value,
                       .bus = common.bus,
                       .time_ms = {}});
    places.push_back(i);
  }
  if (entries.empty()) co_return;
  const auto answer = co_await client_.put_events(entries);
  if (!answer) {
    if (entries.size() == 1 && blames_the_entry(answer.error())) {
      out.refuse(places.front(), answer.error());
      co_return;
    }
    out.all(verdict_of(answer.error()).what, what.records.size(), answer.error());
    co_return;
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& error = (*answer)[i].error;
    verdict& mine = out.verdicts[places[i]];
    mine = error ? verdict_of(*error) : verdict{.what = fate::durable};
    if (!error) continue;
    if (blames_the_entry(*error)) mine.what = fate::refused;
    out.because(describe(*error));
  }
}

}  // namespace tidewire::sinks
