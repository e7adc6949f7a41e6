#include "local/kept_services.hpp"

#include "base/startup_error.hpp"
#include "local/store/folder_lock.hpp"

#include <string_view>
#include <system_error>
#include <utility>

namespace tidewire::local {

kept_services::kept_services(options how)
    : kinesis({.who = how.who, .bytes_max = how.memory_bytes_max, .warn = how.warn}),
      sqs({.who = how.who,
           .on_arrival = how.on_arrival,
           .bytes_max = how.memory_bytes_max,
           .warn = how.warn}),
      events({.who = how.who}, sqs),
      how_(std::move(how)) {
  if (!how_.data.empty()) open_data();
}

void kept_services::open_data() {
  std::error_code error;
  std::filesystem::create_directories(how_.data, error);
  if (error)
    throw startup_error("cannot make the folder " + how_.data.string() + ": " + error.message());
  lock_ = lock_folder(how_.data);
  const auto now = std::chrono::system_clock::now();
  const auto replay_kinesis = [this](char kind, std::string_view payload) {
    kinesis.replay(kind, payload);
  };
  kinesis_journal_.emplace(how_.data / "kinesis.journal", replay_kinesis);
  kinesis.keep_in(*kinesis_journal_);
  const auto replay_sqs = [&](char kind, std::string_view payload) {
    sqs.replay(kind, payload, now);
  };
  sqs_journal_.emplace(how_.data / "sqs.journal", replay_sqs);
  sqs.keep_in(*sqs_journal_);
  events_file_.emplace(how_.data / "events.json");
  if (const auto kept = events_file_->read()) events.restore(*kept);
  events_revision_ = events.revision();
}

bool kept_services::healthy() const noexcept {
  return (!kinesis_journal_ || kinesis_journal_->healthy()) &&
         (!sqs_journal_ || sqs_journal_->healthy()) && (!events_file_ || events_file_->healthy());
}

void kept_services::keep() {
  if (kinesis_journal_) kinesis_journal_->flush();
  if (sqs_journal_) sqs_journal_->flush();
  if (events_file_ && events_revision_ != events.revision()) {
    events_revision_ = events.revision();
    events_file_->write(events.state());
  }
  if (!healthy() && !std::exchange(complained_, true) && how_.warn)
    how_.warn("cannot write to " + how_.data.string() + ": from now on nothing more is kept");
}

void kept_services::tick(std::chrono::system_clock::time_point now) {
  kinesis.tick(now);
  sqs.tick(now);
  events.tick(now);
  keep();
}

void kept_services::sync() {
  if (kinesis_journal_) kinesis_journal_->sync();
  if (sqs_journal_) sqs_journal_->sync();
}

}  // namespace tidewire::local
