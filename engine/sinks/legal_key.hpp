#pragma once

#include <string>
#include <string_view>

/// Keys as the services allow them. A key document that is not legal as it is becomes its SHA-256
/// in hex, so that equal keys stay equal and nothing fails because of a long key.
namespace tidewire::sinks {

/// A Kinesis partition key: 1 to 256 Unicode characters. What it returns points to `key` or into
/// `scratch`.
std::string_view legal_partition_key(std::string_view key, std::string& scratch);

/// The message group of an SQS FIFO queue: 1 to 128 letters, digits and ASCII punctuation.
std::string_view legal_group_id(std::string_view key, std::string& scratch);

std::string sha256_hex(std::string_view bytes);

}  // namespace tidewire::sinks
