#pragma once

#include "aws/kinesis_messages.hpp"

#include <span>
#include <string_view>

namespace tidewire::aws {

/// Whether an answer to PutRecords in CBOR says of every record that it arrived, and says it as
/// services do: maps and arrays of told length, texts of at most 255 bytes. It nearly always does,
/// and no tree of its two thousand values is needed to see it. False tells nothing: the answer must
/// be read as a whole then.
bool all_plainly_arrived(std::string_view answer, std::span<const put_record> records) noexcept;

}  // namespace tidewire::aws
