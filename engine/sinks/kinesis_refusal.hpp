#pragma once

#include "aws/failure.hpp"
#include "sinks/destination.hpp"

#include <cstddef>

namespace tidewire::sinks {

/// What a stream takes of one record, partition key and data, unless its MaxRecordSizeInKiB was
/// raised; up to 10 MiB then. A larger record goes alone, so that a refusal says which one it was.
constexpr std::size_t kinesis_record_bytes_usual_max = 1024U * 1024U;

/// What the API takes as the data of a record, whatever the stream's limit is.
/// Source: Kinesis API, PutRecordsRequestEntry, Data: at most 10,485,760 bytes.
constexpr std::size_t kinesis_data_bytes_max = 10U * 1024U * 1024U;

/// Whether `what` is a record that no stream takes. It is refused here then, as the service would:
/// without a body of its size, and without the network giving up on it.
bool refuse_hopeless(const pipeline::lanes::request& what, report& out);

/// What becomes of the records of a PutRecords that was refused as a whole.
void refuse_put_records(const pipeline::lanes::request& what, const aws::failure& why, report& out);

}  // namespace tidewire::sinks
