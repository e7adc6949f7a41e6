#pragma once

#include "local/call/service.hpp"

#include <array>

namespace tidewire::local {

/// The types of the members of EventBridge's calls, without those of targets other than queues.
/// Source: the service model of 2015-10-07.
inline constexpr auto eventbridge_members = std::to_array<typed_member>({
    {"Action", member_type::text},
    {"Arn", member_type::text},
    {"Condition", member_type::structure},
    {"DeadLetterConfig", member_type::structure},
    {"Description", member_type::text},
    {"Detail", member_type::text},
    {"DetailType", member_type::text},
    {"EndpointId", member_type::text},
    {"Entries", member_type::structures},
    {"Event", member_type::text},
    {"EventBusName", member_type::text},
    {"EventPattern", member_type::text},
    {"EventSourceName", member_type::text},
    {"Force", member_type::boolean},
    {"Id", member_type::text},
    {"Ids", member_type::texts},
    {"Input", member_type::text},
    {"InputPath", member_type::text},
    {"InputPathsMap", member_type::text_map},
    {"InputTemplate", member_type::text},
    {"InputTransformer", member_type::structure},
    {"Key", member_type::text},
    {"KmsKeyIdentifier", member_type::text},
    {"Limit", member_type::number},
    {"MaximumEventAgeInSeconds", member_type::number},
    {"MaximumRetryAttempts", member_type::number},
    {"MessageGroupId", member_type::text},
    {"Name", member_type::text},
    {"NamePrefix", member_type::text},
    {"NextToken", member_type::text},
    {"Policy", member_type::text},
    {"Principal", member_type::text},
    {"RemoveAllPermissions", member_type::boolean},
    {"ResourceARN", member_type::text},
    {"Resources", member_type::texts},
    {"RetryPolicy", member_type::structure},
    {"RoleArn", member_type::text},
    {"Rule", member_type::text},
    {"ScheduleExpression", member_type::text},
    {"Source", member_type::text},
    {"SqsParameters", member_type::structure},
    {"State", member_type::text},
    {"StatementId", member_type::text},
    {"TagKeys", member_type::texts},
    {"Tags", member_type::structures},
    {"TargetArn", member_type::text},
    {"Targets", member_type::structures},
    {"Time", member_type::timestamp},
    {"TraceHeader", member_type::text},
    {"Value", member_type::text},
});

}  // namespace tidewire::local
