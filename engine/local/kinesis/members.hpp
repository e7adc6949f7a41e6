#pragma once

#include "local/call/service.hpp"

#include <array>

namespace tidewire::local {

/// The types of the members of Kinesis's calls. Source: the service model of 2013-12-02.
inline constexpr auto kinesis_members = std::to_array<typed_member>({
    {"AdjacentShardToMerge", member_type::text},
    {"Data", member_type::text},
    {"EnforceConsumerDeletion", member_type::boolean},
    {"ExclusiveStartShardId", member_type::text},
    {"ExclusiveStartStreamName", member_type::text},
    {"ExclusiveStartTagKey", member_type::text},
    {"ExplicitHashKey", member_type::text},
    {"Limit", member_type::number},
    {"MaxRecordSizeInKiB", member_type::number},
    {"MaxResults", member_type::number},
    {"NewStartingHashKey", member_type::text},
    {"NextToken", member_type::text},
    {"PartitionKey", member_type::text},
    {"RetentionPeriodHours", member_type::number},
    {"ResourceARN", member_type::text},
    {"ScalingType", member_type::text},
    {"SequenceNumberForOrdering", member_type::text},
    {"ShardCount", member_type::number},
    {"ShardFilter", member_type::structure},
    {"ShardId", member_type::text},
    {"ShardIterator", member_type::text},
    {"ShardIteratorType", member_type::text},
    {"ShardToMerge", member_type::text},
    {"ShardToSplit", member_type::text},
    {"StartingSequenceNumber", member_type::text},
    {"StreamARN", member_type::text},
    {"StreamCreationTimestamp", member_type::timestamp},
    {"StreamMode", member_type::text},
    {"StreamModeDetails", member_type::structure},
    {"StreamName", member_type::text},
    {"TagKeys", member_type::texts},
    {"Tags", member_type::text_map},
    {"TargetShardCount", member_type::number},
    {"Timestamp", member_type::timestamp},
    {"Type", member_type::text},
});

}  // namespace tidewire::local
