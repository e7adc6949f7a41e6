"""Holds `tidewire local` to AWS's own service models, as botocore brings them: a member that is required and missing, of another type, or out
of its bounds is refused, by name and never with a 5xx, in every operation of the three services. Whatever an older botocore does not know is passed over."""
import copy
import itertools
import json
import unittest

import botocore.loaders
from clients import LocalAws

TARGET = {"kinesis": "Kinesis_20131202.", "events": "AWSEvents.", "sqs": "AmazonSQS."}
CONTENT_TYPE = {"kinesis": "application/x-amz-json-1.1", "events": "application/x-amz-json-1.1", "sqs": "application/x-amz-json-1.0"}
GONE = object()
numbers = itertools.count()


class Caller:
    """Makes what a call needs to be a good one, and calls."""

    def __init__(self, aws):
        self.aws = aws

    def call(self, service, operation, members):
        headers = {"Content-Type": CONTENT_TYPE[service], "X-Amz-Target": TARGET[service] + operation}
        status, _, body = self.aws.signed(service, json.dumps(members).encode(), headers)
        return status, json.loads(body) if body else {}

    def made(self, service, operation, members):
        status, answer = self.call(service, operation, members)
        assert status == 200, (operation, answer)
        return answer

    def stream(self):
        name = "s%d" % next(numbers)
        self.made("kinesis", "CreateStream", {"StreamName": name, "ShardCount": 2})
        return name

    def stream_arn(self):
        return self.made("kinesis", "DescribeStream", {"StreamName": self.stream()})["StreamDescription"]["StreamARN"]

    def iterator(self):
        where = {"StreamName": self.stream(), "ShardId": "shardId-000000000000", "ShardIteratorType": "LATEST"}
        return self.made("kinesis", "GetShardIterator", where)["ShardIterator"]

    def queue(self):
        return self.made("sqs", "CreateQueue", {"QueueName": "q%d" % next(numbers)})["QueueUrl"]

    def received(self):
        url = self.queue()
        self.made("sqs", "SendMessage", {"QueueUrl": url, "MessageBody": "b"})
        return {"QueueUrl": url, "ReceiptHandle": self.made("sqs", "ReceiveMessage", {"QueueUrl": url})["Messages"][0]["ReceiptHandle"]}

    def bus(self):
        name = "b%d" % next(numbers)
        return name, self.made("events", "CreateEventBus", {"Name": name})["EventBusArn"]

    def rule(self, member="Rule"):
        bus, name = self.bus()[0], "r%d" % next(numbers)
        self.made("events", "PutRule", {"Name": name, "EventBusName": bus, "EventPattern": '{"source":["a"]}'})
        return {member: name, "EventBusName": bus}

    def arn(self, url):
        return self.made("sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["QueueArn"]})["Attributes"]["QueueArn"]

    def dead_letter_arn(self):
        arn = self.arn(self.queue())
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
        self.made("sqs", "SetQueueAttributes", {"QueueUrl": self.queue(), "Attributes": {"RedrivePolicy": policy}})
        return arn

    def permitted_queue(self):
        permission = {"QueueUrl": self.queue(), "Label": "l"}
        self.made("sqs", "AddPermission", {**permission, "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]})
        return permission

    def permitted(self):
        permission = {"EventBusName": self.bus()[0], "StatementId": "s"}
        self.made("events", "PutPermission", {**permission, "Action": "events:PutEvents", "Principal": "123456789012"})
        return permission


def good_calls(make):
    """service -> operation -> what makes the members of a call that succeeds."""
    tags, queue_arn = [{"Key": "a", "Value": "b"}], "arn:aws:sqs:eu-west-1:000000000000:x.fifo"
    target = {"Id": "1", "Arn": queue_arn, "SqsParameters": {"MessageGroupId": "g"}, "RoleArn": "arn:aws:iam::000000000000:role/x",
              "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60}, "DeadLetterConfig": {"Arn": queue_arn[:-5]},
              "InputTransformer": {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": "<a>"}}
    named = {"ExplicitHashKey": "5", "Data": "aGk=", "PartitionKey": "k"}
    return {
        "kinesis": {
            "CreateStream": lambda: {"StreamName": "c%d" % next(numbers), "ShardCount": 1, "StreamModeDetails": {"StreamMode": "PROVISIONED"},
                                     "Tags": {"a": "b"}, "MaxRecordSizeInKiB": 1024},
            "DeleteStream": lambda: {"StreamName": make.stream(), "EnforceConsumerDeletion": True},
            "DescribeStream": lambda: {"StreamName": make.stream(), "Limit": 1},
            "DescribeStreamSummary": lambda: {"StreamName": make.stream()},
            "ListStreams": lambda: {"Limit": 3, "ExclusiveStartStreamName": "s0"},
            "ListShards": lambda: {"StreamName": make.stream(), "MaxResults": 1, "ShardFilter": {"Type": "AT_LATEST"}},
            "PutRecord": lambda: {"StreamName": make.stream(), **named},
            "PutRecords": lambda: {"StreamName": make.stream(), "Records": [dict(named)]},
            "GetShardIterator": lambda: {"StreamName": make.stream(), "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"},
            "GetRecords": lambda: {"ShardIterator": make.iterator(), "Limit": 5},
            "SplitShard": lambda: {"StreamName": make.stream(), "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": "1000"},
            "MergeShards": lambda: {"StreamName": make.stream(), "ShardToMerge": "shardId-000000000000", "AdjacentShardToMerge": "shardId-000000000001"},
            "UpdateShardCount": lambda: {"StreamName": make.stream(), "TargetShardCount": 4, "ScalingType": "UNIFORM_SCALING"},
            "UpdateMaxRecordSize": lambda: {"StreamARN": make.stream_arn(), "MaxRecordSizeInKiB": 2048},
            "UpdateStreamMode": lambda: {"StreamARN": make.stream_arn(), "StreamModeDetails": {"StreamMode": "ON_DEMAND"}},
            "AddTagsToStream": lambda: {"StreamName": make.stream(), "Tags": {"a": "b"}},
            "RemoveTagsFromStream": lambda: {"StreamName": make.stream(), "TagKeys": ["a"]},
            "ListTagsForStream": lambda: {"StreamName": make.stream(), "Limit": 5, "ExclusiveStartTagKey": "a"},
            "TagResource": lambda: {"ResourceARN": make.stream_arn(), "Tags": {"a": "b"}},
            "UntagResource": lambda: {"ResourceARN": make.stream_arn(), "TagKeys": ["a"]},
            "ListTagsForResource": lambda: {"ResourceARN": make.stream_arn()},
            "IncreaseStreamRetentionPeriod": lambda: {"StreamName": make.stream(), "RetentionPeriodHours": 48},
            "DecreaseStreamRetentionPeriod": lambda: {"StreamName": make.stream(), "RetentionPeriodHours": 24},
        },
        "events": {
            "PutEvents": lambda: {"Entries": [{"Source": "a", "DetailType": "d", "Detail": "{}", "EventBusName": "default", "Time": 1700000000,
                                               "Resources": ["x"]}]},
            "CreateEventBus": lambda: {"Name": "c%d" % next(numbers), "Description": "d", "Tags": copy.deepcopy(tags)},
            "DeleteEventBus": lambda: {"Name": make.bus()[0]},
            "DescribeEventBus": lambda: {"Name": make.bus()[0]},
            "ListEventBuses": lambda: {"NamePrefix": "b", "Limit": 3},
            "PutPermission": lambda: {"EventBusName": make.bus()[0], "Action": "events:PutEvents", "Principal": "123456789012", "StatementId": "s"},
            "RemovePermission": make.permitted,
            "PutRule": lambda: {"Name": "x", "EventBusName": make.bus()[0], "EventPattern": '{"source":["a"]}', "State": "ENABLED", "Description": "d",
                                "RoleArn": "arn:aws:iam::000000000000:role/x", "Tags": copy.deepcopy(tags)},
            "DescribeRule": lambda: make.rule("Name"),
            "ListRules": lambda: {"NamePrefix": "r", "Limit": 3},
            "DeleteRule": lambda: make.rule("Name"),
            "EnableRule": lambda: make.rule("Name"),
            "DisableRule": lambda: make.rule("Name"),
            "TestEventPattern": lambda: {"EventPattern": '{"source":["a"]}', "Event": '{"source":"a"}'},
            "PutTargets": lambda: {**make.rule(), "Targets": [copy.deepcopy(target)]},
            "RemoveTargets": lambda: {**make.rule(), "Ids": ["1"]},
            "ListTargetsByRule": lambda: {**make.rule(), "Limit": 3},
            "ListRuleNamesByTarget": lambda: {"TargetArn": queue_arn, "Limit": 3},
            "TagResource": lambda: {"ResourceARN": make.bus()[1], "Tags": copy.deepcopy(tags)},
            "UntagResource": lambda: {"ResourceARN": make.bus()[1], "TagKeys": ["a"]},
            "ListTagsForResource": lambda: {"ResourceARN": make.bus()[1]},
        },
        "sqs": {
            "CreateQueue": lambda: {"QueueName": "n%d" % next(numbers), "Attributes": {"VisibilityTimeout": "3"}, "tags": {"a": "b"}},
            "GetQueueUrl": lambda: {"QueueName": make.queue().rsplit("/", 1)[1]},
            "ListQueues": lambda: {"QueueNamePrefix": "q", "MaxResults": 3},
            "DeleteQueue": lambda: {"QueueUrl": make.queue()},
            "PurgeQueue": lambda: {"QueueUrl": make.queue()},
            "GetQueueAttributes": lambda: {"QueueUrl": make.queue(), "AttributeNames": ["All"]},
            "SetQueueAttributes": lambda: {"QueueUrl": make.queue(), "Attributes": {"VisibilityTimeout": "3"}},
            "TagQueue": lambda: {"QueueUrl": make.queue(), "Tags": {"a": "b"}},
            "UntagQueue": lambda: {"QueueUrl": make.queue(), "TagKeys": ["a"]},
            "ListQueueTags": lambda: {"QueueUrl": make.queue()},
            "ListDeadLetterSourceQueues": lambda: {"QueueUrl": make.queue(), "MaxResults": 3},
            "AddPermission": lambda: {"QueueUrl": make.queue(), "Label": "l", "AWSAccountIds": ["1"], "Actions": ["SendMessage"]},
            "RemovePermission": make.permitted_queue,
            "SendMessage": lambda: {"QueueUrl": make.queue(), "MessageBody": "b", "DelaySeconds": 0,
                                    "MessageAttributes": {"a": {"DataType": "String", "StringValue": "v"}}},
            "SendMessageBatch": lambda: {"QueueUrl": make.queue(), "Entries": [{"Id": "1", "MessageBody": "b", "DelaySeconds": 0}]},
            "ReceiveMessage": lambda: {"QueueUrl": make.queue(), "MaxNumberOfMessages": 1, "VisibilityTimeout": 1, "WaitTimeSeconds": 0,
                                       "AttributeNames": ["All"], "MessageAttributeNames": ["All"]},
            "DeleteMessage": make.received,
            "DeleteMessageBatch": lambda: as_batch(make.received()),
            "ChangeMessageVisibility": lambda: {**make.received(), "VisibilityTimeout": 5},
            "ChangeMessageVisibilityBatch": lambda: as_batch(make.received(), VisibilityTimeout=5),
            "StartMessageMoveTask": lambda: {"SourceArn": make.dead_letter_arn(), "MaxNumberOfMessagesPerSecond": 1},
            "ListMessageMoveTasks": lambda: {"SourceArn": make.dead_letter_arn(), "MaxResults": 1},
        },
    }


def as_batch(received, **more):
    return {"QueueUrl": received["QueueUrl"], "Entries": [{"Id": "1", "ReceiptHandle": received["ReceiptHandle"], **more}]}


def spoiled(shapes, name, value, path=()):
    """Every way in which the model says that a value of this shape would be wrong: (path of the member, what is wrong, the wrong value)."""
    shape = shapes[name]
    kind = shape["type"]
    if kind == "structure":
        if path:
            yield path, "type", "x"
            yield path, "type", [1]
        for member in shape.get("required", []):
            if member in value:
                yield path + (member,), "missing", GONE
                yield path + (member,), "null", None
        for member, its in shape["members"].items():
            if member in value:
                yield from spoiled(shapes, its["shape"], value[member], path + (member,))
    elif kind == "list":
        yield path, "type", {"a": 1}
        yield path, "type", "x"
        if shape.get("min", 0) > 0:
            yield path, "empty", []
        yield from spoiled(shapes, shape["member"]["shape"], value[0], path + (0,))
    elif kind == "map":
        yield path, "type", [1]
        yield path, "type", "x"
        (key, inside), keys = next(iter(value.items())), shapes[shape["key"]["shape"]]
        if shape.get("min", 0) > 0:
            yield path, "empty", {}
        if "max" in keys:
            yield path, "long key", {"k" * (keys["max"] + 1): inside}
        if keys.get("min", 0) > 0:
            yield path, "empty key", {"": inside}
        if "enum" in keys:
            yield path, "unknown key", {"Nonsense": inside}
        yield from spoiled(shapes, shape["value"]["shape"], inside, path + (key,))
    elif kind == "string":
        yield path, "type", 5
        yield path, "type", {"a": 1}
        if shape.get("min", 0) > 0:
            yield path, "short", "x" * (shape["min"] - 1)
        if shape.get("max", 1 << 30) < 1 << 20:
            yield path, "long", "x" * (shape["max"] + 1)
        if "enum" in shape:
            yield path, "unknown", "NONSENSE"
        if "pattern" in shape and shape["pattern"] not in (".*", r"[\s\S]*"):
            yield path, "pattern", "b\u0001d name!"
    elif kind == "blob":
        yield path, "type", 5
        yield path, "no base64", "a!"
    elif kind in ("integer", "long"):
        yield path, "type", "x"
        yield path, "type", [1]
        if "min" in shape:
            yield path, "small", shape["min"] - 1
        if "max" in shape:
            yield path, "large", shape["max"] + 1
    else:
        yield path, "type", "yesterday"


def with_member(members, path, value):
    out = copy.deepcopy(members)
    place = out
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return out


# ReceiveMessage has no error for an attribute that it does not know: it tells what it has.
TOLERATED = {("sqs", "ReceiveMessage", ("AttributeNames", 0), "unknown")}


class ServiceModels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.aws = LocalAws()
        cls.make = Caller(cls.aws)
        cls.calls = good_calls(cls.make)

    @classmethod
    def tearDownClass(cls):
        assert cls.aws.close() == 0

    def check(self, service):
        model = botocore.loaders.Loader().load_service_model(service, "service-2")
        taken, broken, count = [], [], 0
        for operation, members in self.calls[service].items():
            self.assertEqual(self.make.call(service, operation, members())[0], 200, operation)
            shape = model["operations"].get(operation, {}).get("input", {}).get("shape")
            for path, what, value in spoiled(model["shapes"], shape, members()) if shape else []:
                status, answer = self.make.call(service, operation, with_member(members(), path, value))
                told = (service, operation, path, what)
                count += 1
                # A batch refuses its entries one by one.
                refused = status == 400 or any(answer.get(some) for some in ("Failed", "FailedEntries"))
                if not refused and told not in TOLERATED:
                    (taken if status == 200 else broken).append(told)
        self.assertEqual((taken, broken), ([], []))
        self.assertGreater(count, 100)

    def test_kinesis(self):
        self.check("kinesis")

    def test_events(self):
        self.check("events")

    def test_sqs(self):
        self.check("sqs")


if __name__ == "__main__":
    unittest.main()
