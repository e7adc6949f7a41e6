#pragma once

#include "local/kinesis/shard.hpp"
#include "local/wire/body.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::local {

/// The answer to PutRecords, record by record, in the format of the question; all its texts are
/// plain ASCII without quotes.
class put_answer {
 public:
  put_answer(body_format format, std::size_t entries);

  void stored(const shard& home, std::uint64_t index);
  void refused(std::string_view code, std::string_view message);
  /// The whole body, once.
  std::string end();

 private:
  void render(const shard& home, std::uint64_t index);
  void separate();

  bool cbor_;
  bool first_ = true;
  std::size_t failed_ = 0;
  std::string out_;
  std::string stored_;            // the entry of the record stored last
  std::size_t number_at_ = 0;     // in it, the sequence number
  const shard* home_ = nullptr;   // of that record
  std::uint64_t next_index_ = 0;  // behind it
};

}  // namespace tidewire::local
