#include "local/kinesis/put_answer.hpp"

#include "local/wire/cbor.hpp"

#include <span>
#include <utility>

namespace tidewire::local {

put_answer::put_answer(body_format format, std::size_t entries)
    : cbor_(format == body_format::cbor) {
  out_.reserve(64 + entries * 128);
  if (!cbor_) {
    out_ = R"({"Records":[)";
    return;
  }
  cbor::append_head(out_, cbor::major_map, 2);
  cbor::append_text(out_, "Records");
  cbor::append_head(out_, cbor::major_array, entries);
}

void put_answer::separate() {
  if (!cbor_ && !first_) out_.push_back(',');
  first_ = false;
}

/// Most records follow the one before in the same shard: only the last digits of the number differ.
void put_answer::stored(const shard& home, std::uint64_t index) {
  separate();
  if (&home == home_ && index == next_index_)
    shard::make_next(std::span(stored_).subspan(number_at_).first<shard::sequence_digits>());
  else
    render(home, index);
  next_index_ = index + 1;
  out_.append(stored_);
}

void put_answer::render(const shard& home, std::uint64_t index) {
  home_ = &home;
  stored_.clear();
  if (!cbor_) {
    stored_.append(R"({"SequenceNumber":")");
    number_at_ = stored_.size();
    home.append_sequence_number(stored_, index);
    stored_.append(R"(","ShardId":")").append(home.id()).append(R"("})");
    return;
  }
  cbor::append_head(stored_, cbor::major_map, 2);
  cbor::append_text(stored_, "SequenceNumber");
  cbor::append_head(stored_, 3, shard::sequence_digits);
  number_at_ = stored_.size();
  home.append_sequence_number(stored_, index);
  cbor::append_text(stored_, "ShardId");
  cbor::append_text(stored_, home.id());
}

void put_answer::refused(std::string_view code, std::string_view message) {
  separate();
  ++failed_;
  if (!cbor_) {
    out_.append(R"({"ErrorCode":")").append(code);
    out_.append(R"(","ErrorMessage":")").append(message).append(R"("})");
    return;
  }
  cbor::append_head(out_, cbor::major_map, 2);
  cbor::append_text(out_, "ErrorCode");
  cbor::append_text(out_, code);
  cbor::append_text(out_, "ErrorMessage");
  cbor::append_text(out_, message);
}

std::string put_answer::end() {
  if (!cbor_) {
    out_.append(R"(],"FailedRecordCount":)").append(std::to_string(failed_)).append("}");
  } else {
    cbor::append_text(out_, "FailedRecordCount");
    cbor::append_head(out_, 0, failed_);
  }
  return std::move(out_);
}

}  // namespace tidewire::local
