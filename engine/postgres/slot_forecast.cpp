#include "postgres/slot_forecast.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tidewire::postgres {
namespace {

/// A new sample counts with what is left after so long: an hour's load in one COPY is no forecast.
constexpr double memory_s = 120;
constexpr double far_away_s = 30.0 * 24 * 3600;
constexpr double mebibyte = 1024 * 1024;

double mib(std::uint64_t bytes) {
  return static_cast<double>(bytes) / mebibyte;
}

}  // namespace

void slot_forecast::measure(time_point now, const slot_sample& sample) {
  lost_in_.reset();
  if (!sample.safe_bytes) {
    bytes_per_second_ = 0;
    return;
  }
  if (last_ && last_->safe_bytes && now > last_at_) {
    const double seconds = std::chrono::duration<double>(now - last_at_).count();
    const double shrunk =
        static_cast<double>(*last_->safe_bytes) - static_cast<double>(*sample.safe_bytes);
    const double weight = 1 - std::exp(-seconds / memory_s);
    bytes_per_second_ += weight * (shrunk / seconds - bytes_per_second_);
  }
  if (bytes_per_second_ <= 0) return;
  const double left = static_cast<double>(*sample.safe_bytes) / bytes_per_second_;
  if (left < far_away_s) lost_in_ = std::chrono::seconds(static_cast<std::int64_t>(left));
}

slot_risk slot_forecast::judge() const noexcept {
  if (!last_) return slot_risk::missing;
  if (last_->wal_status == "lost") return slot_risk::lost;
  if (last_->wal_status == "unreserved") return slot_risk::unreserved;
  if (lost_in_ && *lost_in_ < how_.warning) return slot_risk::filling;
  // Once said, it must shrink well below the line, or a slot at the line fills the log.
  const auto line = risk_ == slot_risk::large ? how_.retained_bytes / 4 * 3 : how_.retained_bytes;
  if (how_.retained_bytes > 0 && last_->retained_bytes > line) return slot_risk::large;
  // The same for a forecast that hovers.
  if (risk_ == slot_risk::filling && lost_in_ && *lost_in_ < how_.warning * 2)
    return slot_risk::filling;
  return slot_risk::none;
}

std::string slot_forecast::words() const {
  const std::string name = fmt::format("replication slot \"{}\"", slot_);
  switch (risk_) {
    case slot_risk::none:
      return fmt::format("{} is out of danger; {:.0f} MiB of log are kept for it",
                         name,
                         mib(last_->retained_bytes));
    case slot_risk::large:
      return fmt::format(
          "{} keeps {:.0f} MiB of log on the server's disk, more than "
          "tidewire.slot.retained.warning; it shrinks when the sink takes what waits",
          name,
          mib(last_->retained_bytes));
    case slot_risk::filling:
      return fmt::format(
          "{} will be lost in about {} minutes at this pace: the server may write {:.0f} MiB more "
          "before it removes what the slot needs; raise max_slot_wal_keep_size, or see to the sink",
          name,
          lost_in_ ? lost_in_->count() / 60 : 0,
          mib(last_->safe_bytes.value_or(0)));
    case slot_risk::unreserved:
      return fmt::format(
          "{} may be lost at the next checkpoint: it needs more log than max_slot_wal_keep_size "
          "keeps; raise that now, or see to the sink",
          name);
    case slot_risk::lost:
      return fmt::format(
          "{} is lost: the server removed log that was not yet read; the changes after {} cannot "
          "be had from it. Drop the slot to begin anew with a snapshot",
          name,
          to_string(last_->confirmed_flush));
    case slot_risk::missing:
      break;
  }
  return fmt::format("{} is not there any more; somebody dropped it", name);
}

std::optional<std::string> slot_forecast::look(time_point now,
                                               const std::optional<slot_sample>& sample) {
  if (sample) measure(now, *sample);
  last_ = sample;
  last_at_ = now;
  const slot_risk found = judge();
  if (found == risk_) return std::nullopt;
  risk_ = found;
  return words();
}

}  // namespace tidewire::postgres
