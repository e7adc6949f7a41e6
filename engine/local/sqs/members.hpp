#pragma once

#include "local/call/service.hpp"

#include <array>

namespace tidewire::local {

/// The types of the members of SQS's calls. Source: the service model of 2012-11-05.
inline constexpr auto sqs_members = std::to_array<typed_member>({
    {"AWSAccountIds", member_type::texts},
    {"Actions", member_type::texts},
    {"AttributeNames", member_type::texts},
    {"Attributes", member_type::text_map},
    {"BinaryValue", member_type::text},
    {"DataType", member_type::text},
    {"DelaySeconds", member_type::number},
    {"DestinationArn", member_type::text},
    {"Entries", member_type::structures},
    {"Id", member_type::text},
    {"Label", member_type::text},
    {"MaxNumberOfMessages", member_type::number},
    {"MaxNumberOfMessagesPerSecond", member_type::number},
    {"MaxResults", member_type::number},
    {"MessageAttributeNames", member_type::texts},
    {"MessageAttributes", member_type::structure_map},
    {"MessageBody", member_type::text},
    {"MessageDeduplicationId", member_type::text},
    {"MessageGroupId", member_type::text},
    {"MessageSystemAttributeNames", member_type::texts},
    {"MessageSystemAttributes", member_type::structure_map},
    {"NextToken", member_type::text},
    {"QueueName", member_type::text},
    {"QueueNamePrefix", member_type::text},
    {"QueueOwnerAWSAccountId", member_type::text},
    {"QueueUrl", member_type::text},
    {"ReceiptHandle", member_type::text},
    {"ReceiveRequestAttemptId", member_type::text},
    {"SourceArn", member_type::text},
    {"StringValue", member_type::text},
    {"TagKeys", member_type::texts},
    {"Tags", member_type::text_map},
    {"TaskHandle", member_type::text},
    {"VisibilityTimeout", member_type::number},
    {"WaitTimeSeconds", member_type::number},
    {"tags", member_type::text_map},
});

}  // namespace tidewire::local
