#include "sinks/kinesis_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tidewire::sinks {
namespace {

/// The codes by which Kinesis says that a record is too large (or otherwise not to its liking).
bool blames_the_record(const aws::failure& why) noexcept {
  constexpr std::array<std::string_view, 3> codes = {
      "ValidationException", "InvalidArgumentException", "RequestEntityTooLarge"};
  return why.status == 413 || std::ranges::find(codes, why.code) != codes.end();
}

}  // namespace

bool refuse_hopeless(const pipeline::lanes::request& what, report& out) {
  if (what.records.size() != 1) return false;  // a record over the usual size goes alone
  const std::size_t size = what.records.front()->value().size();
  if (size <= kinesis_data_bytes_max) return false;
  out.all(fate::refused,
          1,
          {.code = "RecordTooLarge",
           .message = fmt::format("Kinesis takes at most {} bytes of data in a record, in any "
                                  "stream, and this has {}; it was not sent",
                                  kinesis_data_bytes_max,
                                  size)});
  return true;
}

void refuse_put_records(const pipeline::lanes::request& what,
                        const aws::failure& why,
                        report& out) {
  const pipeline::record_state& first = *what.records.front();
  const bool too_large = what.records.size() == 1 &&
                         first.key().size() + first.value().size() > kinesis_record_bytes_usual_max;
  out.all(too_large && blames_the_record(why) ? fate::refused : verdict_of(why).what,
          what.records.size(),
          why);
}

}  // namespace tidewire::sinks
