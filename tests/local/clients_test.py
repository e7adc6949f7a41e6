"""boto3 and the AWS CLI against `tidewire local`: every operation it has, over JSON, CBOR and the Query protocol, with its refusals, its
faults and quotas, and its memory over a kill. TIDEWIRE names the program. Works with Debian 12's boto3 (SQS over Query) and with newer
ones (SQS over JSON)."""
import hashlib
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, HTTPClientError

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "golden"))
import cbor  # noqa: E402

PROGRAM = os.environ.get("TIDEWIRE", "build/release/tidewire")
SECRET = "a secret of the test's own"
REGION = "eu-west-1"


class LocalAws:
    """The program on a free port, until close()."""

    def __init__(self, *arguments):
        command = [PROGRAM, "local", "--port", "0", "--secret", SECRET, "--region", REGION, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"local AWS listening on (http://\S+)", line)
        assert found, "no ready line: %r" % line
        self.url = found.group(1)

    def client(self, service, secret=SECRET, **config):
        config = Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=40, **config)
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="AKIDANY",
                            aws_secret_access_key=secret, config=config)

    def signed(self, service, body, headers, path="/", method="POST"):
        """A request made by hand, for the protocols that this boto3 does not speak. Answers (status, headers, body)."""
        request = AWSRequest(method=method, url=self.url + path, data=body, headers=headers)
        SigV4Auth(Credentials("AKIDANY", SECRET), service, REGION).add_auth(request)
        plain = urllib.request.Request(self.url + path, data=body, headers=dict(request.headers), method=method)
        try:
            with urllib.request.urlopen(plain, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def kinesis_cbor(self, operation, members):
        headers = {"Content-Type": "application/x-amz-cbor-1.1", "X-Amz-Target": "Kinesis_20131202." + operation}
        status, _, body = self.signed("kinesis", cbor.dumps(members), headers)
        return status, cbor.loads(body) if body else {}

    def query(self, action, **members):
        form = urllib.parse.urlencode({"Action": action, "Version": "2012-11-05", **members}).encode()
        status, _, body = self.signed("sqs", form, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
        return status, body.decode()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def close(self):
        """Stops it as an operator does. \\return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=10)
        self.process.stdout.close()
        return code


class WithOneServer(unittest.TestCase):
    ARGUMENTS = ()

    @classmethod
    def setUpClass(cls):
        cls.aws = LocalAws(*cls.ARGUMENTS)
        cls.kinesis, cls.sqs, cls.events = (cls.aws.client(s) for s in ("kinesis", "sqs", "events"))

    @classmethod
    def tearDownClass(cls):
        code = cls.aws.close()
        assert code == 0, "ended with %d after SIGTERM" % code

    def refused(self, code, call, *args, **kwargs):
        """The message of the refusal, which must be of that code."""
        with self.assertRaises(ClientError) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def read_all(self, stream, shard="shardId-000000000000", **start):
        start = start or {"ShardIteratorType": "TRIM_HORIZON"}
        iterator = self.kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, **start)["ShardIterator"]
        out = []
        while iterator:
            answer = self.kinesis.get_records(ShardIterator=iterator, Limit=3)
            out += answer["Records"]
            iterator = answer.get("NextShardIterator")
            if not answer["Records"] and answer["MillisBehindLatest"] == 0:
                break
        return out


class Kinesis(WithOneServer):
    def test_a_stream_is_made_described_listed_and_deleted(self):
        k = self.kinesis
        k.create_stream(StreamName="life", ShardCount=2)
        k.get_waiter("stream_exists").wait(StreamName="life", WaiterConfig={"Delay": 1, "MaxAttempts": 3})
        description = k.describe_stream(StreamName="life")["StreamDescription"]
        self.assertEqual(description["StreamARN"], "arn:aws:kinesis:eu-west-1:000000000000:stream/life")
        self.assertEqual([s["HashKeyRange"]["EndingHashKey"] for s in description["Shards"]],
                         [str(2 ** 127 - 1), str(2 ** 128 - 1)])
        summary = self.aws.kinesis_cbor("DescribeStreamSummary", {"StreamARN": description["StreamARN"]})[1]["StreamDescriptionSummary"]
        self.assertEqual((summary["OpenShardCount"], summary["StreamStatus"], summary["RetentionPeriodHours"]), (2, "ACTIVE", 24))
        self.assertIn("life", k.list_streams()["StreamNames"])
        self.assertEqual(self.refused("ResourceInUseException", k.create_stream, StreamName="life", ShardCount=1),
                         "Stream life under account 000000000000 already exists.")
        k.delete_stream(StreamName="life")
        self.assertEqual(self.refused("ResourceNotFoundException", k.describe_stream, StreamName="life"),
                         "Stream life under account 000000000000 not found.")

    def test_streams_and_shards_are_listed_in_pages(self):
        for i in range(5):
            self.kinesis.create_stream(StreamName="page%d" % i, ShardCount=1)
        names = [n for p in self.kinesis.get_paginator("list_streams").paginate(Limit=2) for n in p["StreamNames"]]
        self.assertEqual([n for n in names if n.startswith("page")], ["page%d" % i for i in range(5)])
        self.kinesis.create_stream(StreamName="pages", ShardCount=5)
        ids, token = [], {"StreamName": "pages"}
        while token:
            answer = self.kinesis.list_shards(MaxResults=2, **token)
            ids += [s["ShardId"] for s in answer["Shards"]]
            token = {"NextToken": answer["NextToken"]} if "NextToken" in answer else None
        self.assertEqual(ids, ["shardId-%012d" % i for i in range(5)])
        self.refused("InvalidArgumentException", self.kinesis.list_shards, NextToken="nonsense")

    def test_records_land_by_the_md5_of_their_key_and_come_back_in_order(self):
        self.kinesis.create_stream(StreamName="order", ShardCount=3)
        records = [{"Data": bytes([i, 255]), "PartitionKey": "ключ \"%d\"" % i} for i in range(40)]
        answer = self.kinesis.put_records(StreamName="order", Records=records)
        self.assertEqual(answer["FailedRecordCount"], 0)
        for record, result in zip(records, answer["Records"]):
            place = int.from_bytes(hashlib.md5(record["PartitionKey"].encode()).digest(), "big") * 3 // 2 ** 128
            self.assertEqual(result["ShardId"], "shardId-%012d" % place)
            self.assertRegex(result["SequenceNumber"], r"^49\d{54}$")
        back = []
        for shard in range(3):
            read = self.read_all("order", "shardId-%012d" % shard)
            numbers = [int(r["SequenceNumber"]) for r in read]
            self.assertEqual(numbers, sorted(numbers))
            back += [(r["PartitionKey"], r["Data"]) for r in read]
        self.assertEqual(sorted(back), sorted((r["PartitionKey"], r["Data"]) for r in records))

    def test_every_iterator_type_starts_where_it_says(self):
        self.kinesis.create_stream(StreamName="where", ShardCount=1)
        put = [self.kinesis.put_record(StreamName="where", Data=b"%d" % i, PartitionKey="k",
                                       **({"SequenceNumberForOrdering": "0"} if i else {})) for i in range(5)]
        third = put[2]["SequenceNumber"]
        data = lambda **start: [r["Data"] for r in self.read_all("where", **start)]  # noqa: E731
        self.assertEqual(data(ShardIteratorType="TRIM_HORIZON"), [b"0", b"1", b"2", b"3", b"4"])
        self.assertEqual(data(ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=third), [b"2", b"3", b"4"])
        self.assertEqual(data(ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=third), [b"3", b"4"])
        self.assertEqual(data(ShardIteratorType="LATEST"), [])
        moment = math.ceil(time.time())   # boto3 sends whole seconds
        time.sleep(moment - time.time() + 0.05)
        self.kinesis.put_record(StreamName="where", Data=b"new", PartitionKey="k")
        self.assertEqual(data(ShardIteratorType="AT_TIMESTAMP", Timestamp=moment), [b"new"])
        self.refused("InvalidArgumentException", self.kinesis.get_shard_iterator, StreamName="where",
                     ShardId="shardId-000000000000", ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber="17")

    def test_a_split_and_a_merge_close_their_parents(self):
        k = self.kinesis
        k.create_stream(StreamName="reshard", ShardCount=1)
        k.put_record(StreamName="reshard", Data=b"before", PartitionKey="k")
        k.split_shard(StreamName="reshard", ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2 ** 127))
        iterator = k.get_shard_iterator(StreamName="reshard", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")
        answer = k.get_records(ShardIterator=iterator["ShardIterator"])
        self.assertEqual([r["Data"] for r in answer["Records"]], [b"before"])
        self.assertNotIn("NextShardIterator", answer)
        self.assertEqual([c["ShardId"] for c in answer["ChildShards"]], ["shardId-000000000001", "shardId-000000000002"])
        k.merge_shards(StreamName="reshard", ShardToMerge="shardId-000000000001", AdjacentShardToMerge="shardId-000000000002")
        shards = {s["ShardId"]: s for s in k.list_shards(StreamName="reshard")["Shards"]}
        self.assertEqual(len(shards), 4)
        self.assertEqual(shards["shardId-000000000003"]["ParentShardId"], "shardId-000000000001")
        self.assertEqual(shards["shardId-000000000003"]["AdjacentParentShardId"], "shardId-000000000002")
        self.assertEqual([i for i, s in sorted(shards.items()) if "EndingSequenceNumber" not in s["SequenceNumberRange"]],
                         ["shardId-000000000003"])
        latest = k.list_shards(StreamName="reshard", ShardFilter={"Type": "AT_LATEST"})["Shards"]
        self.assertEqual([s["ShardId"] for s in latest], ["shardId-000000000003"])
        self.refused("InvalidArgumentException", k.split_shard, StreamName="reshard", ShardToSplit="shardId-000000000000",
                     NewStartingHashKey="5")
        k.update_shard_count(StreamName="reshard", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
        self.assertEqual(k.describe_stream_summary(StreamName="reshard")["StreamDescriptionSummary"]["OpenShardCount"], 2)

    def test_what_aws_refuses_is_refused_in_its_words(self):
        k = self.kinesis
        k.create_stream(StreamName="rules", ShardCount=1)
        one = {"Data": b"x", "PartitionKey": "k"}
        self.assertIn("Member must have length less than or equal to 500",
                      self.refused("ValidationException", k.put_records, StreamName="rules", Records=[one] * 501))
        self.assertIn("'records.2.member.data'", self.refused("ValidationException", k.put_records, StreamName="rules",
                                                             Records=[one, {"Data": b"x" * 2 ** 20, "PartitionKey": "k"}]))
        self.assertIn("'records.1.member.partitionKey'", self.refused("ValidationException", k.put_records, StreamName="rules",
                                                                     Records=[{"Data": b"x", "PartitionKey": "é" * 257}]))
        large = [{"Data": b"x" * 1000000, "PartitionKey": "k"}] * 11
        self.refused("InvalidArgumentException", k.put_records, StreamName="rules", Records=large)
        self.refused("InvalidArgumentException", k.put_record, StreamName="rules", ExplicitHashKey=str(2 ** 128), **one)
        self.refused("ResourceNotFoundException", k.put_record, StreamName="nowhere", **one)
        self.refused("InvalidArgumentException", k.get_records, ShardIterator="AAAAAAAA")
        self.refused("ResourceNotFoundException", k.get_shard_iterator, StreamName="rules", ShardId="shardId-000000000009",
                     ShardIteratorType="LATEST")
        k.put_records(StreamName="rules", Records=[{"Data": b"x" * (2 ** 20 - 1), "PartitionKey": "k"}])

    def test_retention_and_tags_can_be_changed(self):
        k = self.kinesis
        k.create_stream(StreamName="settings", ShardCount=1)
        k.increase_stream_retention_period(StreamName="settings", RetentionPeriodHours=48)
        self.refused("InvalidArgumentException", k.increase_stream_retention_period, StreamName="settings", RetentionPeriodHours=24)
        k.decrease_stream_retention_period(StreamName="settings", RetentionPeriodHours=24)
        k.add_tags_to_stream(StreamName="settings", Tags={"team": "cdc"})
        self.assertEqual(k.list_tags_for_stream(StreamName="settings")["Tags"], [{"Key": "team", "Value": "cdc"}])
        k.remove_tags_from_stream(StreamName="settings", TagKeys=["team"])
        self.assertEqual(k.list_tags_for_stream(StreamName="settings")["Tags"], [])

    def test_the_same_over_cbor(self):
        call = self.aws.kinesis_cbor
        self.assertEqual(call("CreateStream", {"StreamName": "cbor", "ShardCount": 1}), (200, {}))
        status, answer = call("PutRecords", {"Records": [{"Data": b"\x00\xff", "PartitionKey": "a"},
                                                         {"PartitionKey": "b", "Data": b"", "ExplicitHashKey": "0"}], "StreamName": "cbor"})
        self.assertEqual((status, answer["FailedRecordCount"], len(answer["Records"])), (200, 0, 2))
        self.assertEqual(call("PutRecord", {"StreamName": "cbor", "Data": b"three", "PartitionKey": "c"})[0], 200)
        status, answer = call("GetShardIterator", {"StreamName": "cbor", "ShardId": "shardId-000000000000",
                                                   "ShardIteratorType": "TRIM_HORIZON"})
        status, answer = call("GetRecords", {"ShardIterator": answer["ShardIterator"]})
        self.assertEqual([(r["PartitionKey"], r["Data"]) for r in answer["Records"]], [("a", b"\x00\xff"), ("b", b""), ("c", b"three")])
        self.assertLess(abs(answer["Records"][0]["ApproximateArrivalTimestamp"] / 1000 - time.time()), 60)
        status, answer = call("DescribeStreamSummary", {"StreamName": "cbor"})
        self.assertLess(abs(answer["StreamDescriptionSummary"]["StreamCreationTimestamp"] / 1000 - time.time()), 60)
        status, answer = call("PutRecord", {"StreamName": "none", "Data": b"", "PartitionKey": "c"})
        self.assertEqual((status, answer["__type"]), (400, "ResourceNotFoundException"))
        headers = {"Content-Type": "application/x-amz-cbor-1.1", "X-Amz-Target": "Kinesis_20131202.PutRecords"}
        status, _, body = self.aws.signed("kinesis", b"\xa1\x61", headers)
        self.assertEqual((status, cbor.loads(body)["__type"]), (400, "SerializationException"))


class Sqs(WithOneServer):
    def queue(self, name, **attributes):
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def arn(self, url):
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def receive(self, url, **how):
        return self.sqs.receive_message(QueueUrl=url, **how).get("Messages", [])

    def test_a_queue_is_made_once_found_listed_and_deleted(self):
        url = self.queue("life", VisibilityTimeout="10")
        self.assertEqual(url, self.aws.url + "/000000000000/life")
        self.assertEqual(self.queue("life", VisibilityTimeout="10"), url)
        with self.assertRaises(self.sqs.exceptions.QueueNameExists):
            self.queue("life", VisibilityTimeout="11")
        self.assertEqual(self.sqs.get_queue_url(QueueName="life")["QueueUrl"], url)
        self.assertIn(url, self.sqs.list_queues(QueueNamePrefix="li")["QueueUrls"])
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual((attributes["VisibilityTimeout"], attributes["QueueArn"]), ("10", "arn:aws:sqs:eu-west-1:000000000000:life"))
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0", "Policy": '{"Version":"2012-10-17","Statement":[]}'})
        self.refused("InvalidAttributeValue", self.sqs.set_queue_attributes, QueueUrl=url, Attributes={"VisibilityTimeout": "43201"})
        self.refused("InvalidAttributeName", self.sqs.set_queue_attributes, QueueUrl=url, Attributes={"Colour": "blue"})
        self.sqs.tag_queue(QueueUrl=url, Tags={"a": "b"})
        self.assertEqual(self.sqs.list_queue_tags(QueueUrl=url)["Tags"], {"a": "b"})
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
        self.assertNotIn("Tags", self.sqs.list_queue_tags(QueueUrl=url))
        self.sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
        self.sqs.delete_queue(QueueUrl=url)
        with self.assertRaises(self.sqs.exceptions.QueueDoesNotExist):
            self.sqs.get_queue_url(QueueName="life")

    def test_a_message_arrives_with_its_attributes_and_checksums(self):
        url = self.queue("plain")
        attributes = {"text": {"DataType": "String", "StringValue": "grüße <&>"}, "n": {"DataType": "Number.int", "StringValue": "-7"},
                      "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01\xff"}}
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="body \"<&>\"\r\n\t☃😀", MessageAttributes=attributes)
        got = self.receive(url, AttributeNames=["All"], MessageAttributeNames=["All"])
        self.assertEqual(len(got), 1)
        self.assertEqual(got[0]["Body"], "body \"<&>\"\r\n\t☃😀")
        self.assertEqual(got[0]["MessageAttributes"], attributes)
        self.assertEqual(got[0]["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
        self.assertEqual(got[0]["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertEqual(self.receive(url), [])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
        self.refused("ReceiptHandleIsInvalid", self.sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")

    def test_only_the_attributes_asked_for_are_told(self):
        url = self.queue("asked")
        value = {"DataType": "String", "StringValue": "v"}
        self.sqs.send_message(QueueUrl=url, MessageBody="b", MessageAttributes={"one.a": value, "one.b": value, "two": value})
        got = self.receive(url, MessageAttributeNames=["one.*"], VisibilityTimeout=0)[0]
        self.assertEqual(sorted(got["MessageAttributes"]), ["one.a", "one.b"])
        self.assertNotIn("Attributes", got)

    def test_a_long_poll_ends_when_a_message_comes_or_becomes_visible(self):
        url = self.queue("poll", VisibilityTimeout="1")
        threading.Timer(0.4, lambda: self.aws.client("sqs").send_message(QueueUrl=url, MessageBody="late")).start()
        begun = time.monotonic()
        self.assertEqual([m["Body"] for m in self.receive(url, WaitTimeSeconds=10)], ["late"])
        self.assertLess(time.monotonic() - begun, 3)
        begun = time.monotonic()
        self.assertEqual([m["Body"] for m in self.receive(url, WaitTimeSeconds=10)], ["late"])
        self.assertTrue(0.5 < time.monotonic() - begun < 3)
        begun = time.monotonic()
        self.assertEqual(self.receive(self.queue("silent"), WaitTimeSeconds=1), [])
        self.assertTrue(0.9 < time.monotonic() - begun < 3)

    def test_visibility_can_be_given_back_and_extended(self):
        url = self.queue("visible")
        self.sqs.send_message(QueueUrl=url, MessageBody="m")
        first = self.receive(url)[0]
        self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
        second = self.receive(url, AttributeNames=["ApproximateReceiveCount"])[0]
        self.assertEqual(second["Attributes"], {"ApproximateReceiveCount": "2"})
        answer = self.sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
            {"Id": "a", "ReceiptHandle": second["ReceiptHandle"], "VisibilityTimeout": 100},
            {"Id": "b", "ReceiptHandle": "nonsense", "VisibilityTimeout": 1}])
        self.assertEqual([s["Id"] for s in answer["Successful"]], ["a"])
        self.assertEqual([(f["Id"], f["Code"], f["SenderFault"]) for f in answer["Failed"]], [("b", "ReceiptHandleIsInvalid", True)])

    def test_batches_succeed_and_fail_entry_by_entry(self):
        url = self.queue("batch")
        answer = self.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "good", "MessageBody": "m"}, {"Id": "bad", "MessageBody": "m", "DelaySeconds": 901}])
        self.assertEqual(([s["Id"] for s in answer["Successful"]], [f["Id"] for f in answer["Failed"]]), (["good"], ["bad"]))
        got = self.receive(url, MaxNumberOfMessages=10)
        answer = self.sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "x", "ReceiptHandle": got[0]["ReceiptHandle"]}])
        self.assertEqual([s["Id"] for s in answer["Successful"]], ["x"])
        prefix = "AWS.SimpleQueueService."
        entries = [{"Id": str(i), "MessageBody": "m"} for i in range(11)]
        self.refused(prefix + "TooManyEntriesInBatchRequest", self.sqs.send_message_batch, QueueUrl=url, Entries=entries)
        self.refused(prefix + "BatchEntryIdsNotDistinct", self.sqs.send_message_batch, QueueUrl=url, Entries=entries[:1] * 2)
        large = [{"Id": str(i), "MessageBody": "x" * 600000} for i in range(2)]
        self.refused(prefix + "BatchRequestTooLong", self.sqs.send_message_batch, QueueUrl=url, Entries=large)

    def test_a_delayed_message_comes_later(self):
        url = self.queue("delay")
        self.sqs.send_message(QueueUrl=url, MessageBody="d", DelaySeconds=1)
        counts = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"])["Attributes"]
        self.assertEqual(counts, {"ApproximateNumberOfMessagesDelayed": "1"})
        self.assertEqual(self.receive(url), [])
        self.assertEqual([m["Body"] for m in self.receive(url, WaitTimeSeconds=5)], ["d"])

    def test_a_fifo_queue_keeps_the_order_of_a_group_and_drops_repeats(self):
        url = self.queue("order.fifo", FifoQueue="true", ContentBasedDeduplication="true")
        for group, body in (("a", "1"), ("a", "2"), ("b", "3"), ("a", "4"), ("a", "4")):
            self.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
        first = self.receive(url, AttributeNames=["All"])[0]
        self.assertEqual((first["Body"], first["Attributes"]["MessageGroupId"]), ("1", "a"))
        self.assertEqual(first["Attributes"]["MessageDeduplicationId"], hashlib.sha256(b"1").hexdigest())
        others = self.receive(url, MaxNumberOfMessages=10)
        self.assertEqual([m["Body"] for m in others], ["3"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        rest = self.receive(url, MaxNumberOfMessages=10, AttributeNames=["SequenceNumber"])
        self.assertEqual([m["Body"] for m in rest], ["2", "4"])
        self.assertLess(int(first["Attributes"]["SequenceNumber"]), int(rest[0]["Attributes"]["SequenceNumber"]))
        self.refused("MissingParameter", self.sqs.send_message, QueueUrl=url, MessageBody="m")

    def test_a_message_received_too_often_goes_to_the_dead_letter_queue(self):
        dead = self.queue("dead")
        policy = json.dumps({"deadLetterTargetArn": self.arn(dead), "maxReceiveCount": 2})
        url = self.queue("alive", RedrivePolicy=policy, VisibilityTimeout="0")
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="poison")
        self.assertEqual([len(self.receive(url)) for _ in range(3)], [1, 1, 0])
        got = self.receive(dead, AttributeNames=["All"])[0]
        self.assertEqual((got["MessageId"], got["Body"]), (sent["MessageId"], "poison"))
        self.assertEqual(self.sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"], [url])

    def test_bad_bodies_are_refused(self):
        url = self.queue("bodies")
        self.refused("InvalidMessageContents", self.sqs.send_message, QueueUrl=url, MessageBody="a\x01b")
        self.refused("InvalidParameterValue", self.sqs.send_message, QueueUrl=url, MessageBody="x" * (2 ** 20 + 1))
        self.sqs.send_message(QueueUrl=url, MessageBody="x" * 2 ** 20)
        self.sqs.purge_queue(QueueUrl=url)
        self.assertEqual(self.receive(url), [])
        self.refused("AWS.SimpleQueueService.PurgeQueueInProgress", self.sqs.purge_queue, QueueUrl=url)

    def test_the_query_protocol(self):
        status, xml = self.aws.query("CreateQueue", QueueName="query", **{"Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "0"})
        self.assertEqual(status, 200)
        url = re.search("<QueueUrl>(.*)</QueueUrl>", xml).group(1)
        status, xml = self.aws.query("SendMessageBatch", QueueUrl=url, **{
            "SendMessageBatchRequestEntry.1.Id": "a", "SendMessageBatchRequestEntry.1.MessageBody": "1 & <2>",
            "SendMessageBatchRequestEntry.1.MessageAttribute.1.Name": "k",
            "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType": "String",
            "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue": "v"})
        self.assertIn("<SendMessageBatchResultEntry><MD5OfMessageBody>" + hashlib.md5(b"1 & <2>").hexdigest(), xml)
        status, xml = self.aws.query("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages="10", **{"MessageAttributeName.1": "All"})
        self.assertIn("<Body>1 &amp; &lt;2&gt;</Body>", xml)
        self.assertIn("<MessageAttribute><Name>k</Name><Value><DataType>String</DataType><StringValue>v</StringValue></Value></MessageAttribute>", xml)
        status, xml = self.aws.query("GetQueueUrl", QueueName="missing")
        self.assertEqual(status, 400)
        self.assertIn("<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>", xml)
        status, xml = self.aws.query("FlyToTheMoon")
        self.assertIn("<Code>InvalidAction</Code>", xml)

    def test_the_json_protocol(self):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.GetQueueUrl", "x-amzn-query-mode": "true"}
        status, answer, body = self.aws.signed("sqs", b'{"QueueName":"missing"}', headers)
        self.assertEqual(status, 400)
        self.assertEqual(answer["x-amzn-query-error"], "AWS.SimpleQueueService.NonExistentQueue;Sender")
        self.assertEqual(json.loads(body)["__type"], "com.amazonaws.sqs#QueueDoesNotExist")


class Events(WithOneServer):
    def test_an_event_passes_the_bus_the_rule_and_the_queue(self):
        e, s = self.events, self.sqs
        url = s.create_queue(QueueName="sink.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
        arn = s.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        e.create_event_bus(Name="products")
        e.put_rule(Name="forward", EventBusName="products", EventPattern='{"source":[{"prefix":""}]}')
        put = e.put_targets(Rule="forward", EventBusName="products",
                            Targets=[{"Id": "1", "Arn": arn, "SqsParameters": {"MessageGroupId": "Group1"}}])
        self.assertEqual(put["FailedEntryCount"], 0)
        answer = e.put_events(Entries=[{"Source": "kinesis.x", "DetailType": "Change", "Detail": '{"a":1}', "EventBusName": "products"},
                                       {"Source": "kinesis.x", "DetailType": "Change", "Detail": '{"a":', "EventBusName": "products"}])
        self.assertEqual((answer["FailedEntryCount"], answer["Entries"][1]["ErrorCode"]), (1, "MalformedDetail"))
        got = s.receive_message(QueueUrl=url, WaitTimeSeconds=5, AttributeNames=["All"])["Messages"]
        event = json.loads(got[0]["Body"])
        self.assertEqual(list(event), ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"])
        self.assertEqual((event["id"], event["detail"], event["region"]), (answer["Entries"][0]["EventId"], {"a": 1}, REGION))
        self.assertEqual(got[0]["Attributes"]["MessageGroupId"], "Group1")
        self.assertTrue(e.test_event_pattern(EventPattern='{"source":["a"]}', Event=json.dumps(
            {"id": "1", "source": "a", "detail-type": "d", "account": "1", "time": "2026-01-01T00:00:00Z", "region": "r", "resources": [], "detail": {}}))["Result"])


class Signatures(WithOneServer):
    def test_a_wrong_secret_and_no_signature_are_refused(self):
        wrong = self.aws.client("kinesis", secret="wrong")
        self.assertIn("The request signature we calculated does not match", self.refused("InvalidSignatureException", wrong.list_streams))
        unsigned = self.aws.client("kinesis", signature_version=botocore.UNSIGNED)
        self.refused("MissingAuthenticationTokenException", unsigned.list_streams)

    def test_the_query_protocol_says_403(self):
        request = urllib.request.Request(self.aws.url, data=b"Action=ListQueues", headers={"Content-Type": "application/x-www-form-urlencoded"})
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        self.assertEqual(caught.exception.code, 403)
        self.assertIn(b"<Code>MissingAuthenticationToken</Code>", caught.exception.read())
        caught.exception.close()

    def test_health_needs_no_signature(self):
        with urllib.request.urlopen(self.aws.url + "/_tidewire/health", timeout=10) as answer:
            self.assertEqual(json.load(answer)["status"], "UP")


class Cli(WithOneServer):
    def aws_cli(self, *arguments):
        environment = dict(os.environ, AWS_ACCESS_KEY_ID="AKIDCLI", AWS_SECRET_ACCESS_KEY=SECRET, AWS_DEFAULT_REGION=REGION, AWS_PAGER="")
        done = subprocess.run([shutil.which("aws"), "--endpoint-url", self.aws.url, "--output", "json", *arguments],
                              env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def test_the_road_by_command_line(self):
        cli = self.aws_cli
        cli("kinesis", "create-stream", "--stream-name", "cli", "--shard-count", "1")
        put = cli("kinesis", "put-record", "--stream-name", "cli", "--partition-key", "k", "--data", "aGVsbG8=", "--cli-binary-format", "base64") \
            if self.is_second() else cli("kinesis", "put-record", "--stream-name", "cli", "--partition-key", "k", "--data", "hello")
        self.assertEqual(put["ShardId"], "shardId-000000000000")
        iterator = cli("kinesis", "get-shard-iterator", "--stream-name", "cli", "--shard-id", put["ShardId"], "--shard-iterator-type", "TRIM_HORIZON")
        records = cli("kinesis", "get-records", "--shard-iterator", iterator["ShardIterator"])["Records"]
        self.assertEqual([r["Data"] for r in records], ["aGVsbG8="])
        url = cli("sqs", "create-queue", "--queue-name", "cli")["QueueUrl"]
        cli("events", "put-rule", "--name", "cli", "--event-pattern", '{"source":["cli"]}')
        cli("events", "put-targets", "--rule", "cli", "--targets", "Id=1,Arn=arn:aws:sqs:%s:000000000000:cli" % REGION)
        cli("events", "put-events", "--entries", '[{"Source":"cli","DetailType":"t","Detail":"{}"}]')
        message = cli("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "2")["Messages"][0]
        self.assertEqual(json.loads(message["Body"])["source"], "cli")
        cli("sqs", "delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])
        cli("kinesis", "delete-stream", "--stream-name", "cli")

    def is_second(self):
        version = subprocess.run([shutil.which("aws"), "--version"], capture_output=True, text=True, timeout=60)
        return (version.stdout + version.stderr).startswith("aws-cli/2")


class Quotas(WithOneServer):
    ARGUMENTS = ("--quotas",)

    def test_a_shard_takes_a_thousand_records_a_second(self):
        self.kinesis.create_stream(StreamName="q", ShardCount=1)
        records = [{"Data": b"x", "PartitionKey": "k"}] * 500
        answers = [self.kinesis.put_records(StreamName="q", Records=records) for _ in range(4)]
        failed = sum(a["FailedRecordCount"] for a in answers)
        self.assertTrue(500 < failed <= 1000, failed)
        one = next(r for a in answers for r in a["Records"] if "ErrorCode" in r)
        self.assertEqual(one, {"ErrorCode": "ProvisionedThroughputExceededException",
                               "ErrorMessage": "Rate exceeded for shard shardId-000000000000 in stream q under account 000000000000."})
        time.sleep(1.1)
        self.assertEqual(self.kinesis.put_records(StreamName="q", Records=records)["FailedRecordCount"], 0)

    def test_a_shard_is_read_five_times_a_second(self):
        self.kinesis.create_stream(StreamName="r", ShardCount=1)
        iterator = self.kinesis.get_shard_iterator(StreamName="r", ShardId="shardId-000000000000", ShardIteratorType="LATEST")["ShardIterator"]
        with self.assertRaises(self.kinesis.exceptions.ProvisionedThroughputExceededException):
            for _ in range(8):
                self.kinesis.get_records(ShardIterator=iterator)


class Faults(unittest.TestCase):
    def outcomes(self, seed):
        """What happens to forty puts of five records; the records that are told stored."""
        aws = LocalAws("--faults", "throttle=0.2,partial=0.2,reset=0.1,error500=0.1", "--seed", str(seed))
        try:
            kinesis, out = aws.client("kinesis"), []
            while True:
                try:
                    kinesis.create_stream(StreamName="f", ShardCount=1)
                except ClientError as error:
                    if error.response["Error"]["Code"] == "ResourceInUseException":
                        break
                except HTTPClientError:
                    pass
            for i in range(40):
                try:
                    answer = kinesis.put_records(StreamName="f", Records=[{"Data": b"%d" % i, "PartitionKey": "k"}] * 5)
                    out.append("".join("x" if "ErrorCode" in r else "." for r in answer["Records"]))
                except ClientError as error:
                    out.append(error.response["Error"]["Code"])
                except HTTPClientError:
                    out.append("reset")
            return out
        finally:
            aws.close()

    def test_the_same_seed_gives_the_same_faults(self):
        first = self.outcomes(7)
        self.assertEqual(first, self.outcomes(7))
        self.assertNotEqual(first, self.outcomes(8))
        self.assertTrue({"reset", "ProvisionedThroughputExceededException", "InternalFailure"} <= set(first), first)
        self.assertTrue(any("x" in o and "." in o for o in first), first)

    def test_latency_is_added(self):
        aws = LocalAws("--faults", "latency=200ms")
        try:
            begun = time.monotonic()
            aws.client("kinesis").list_streams()
            self.assertGreater(time.monotonic() - begun, 0.2)
        finally:
            aws.close()

    def test_an_unknown_fault_is_refused_at_the_start(self):
        done = subprocess.run([PROGRAM, "local", "--port", "0", "--faults", "gremlins=1"], capture_output=True, text=True, timeout=10)
        self.assertEqual(done.returncode, 2)
        self.assertIn("unknown fault `gremlins`", done.stderr)


class Data(unittest.TestCase):
    def test_everything_is_there_again_after_a_kill(self):
        with tempfile.TemporaryDirectory() as folder:
            aws = LocalAws("--data", folder)
            kinesis, sqs, events = (aws.client(s) for s in ("kinesis", "sqs", "events"))
            kinesis.create_stream(StreamName="k", ShardCount=2)
            kinesis.split_shard(StreamName="k", ShardToSplit="shardId-000000000000", NewStartingHashKey="1000")
            put = kinesis.put_records(StreamName="k", Records=[{"Data": b"\xff%d" % i, "PartitionKey": "key%d" % i} for i in range(20)])["Records"]
            iterator = kinesis.get_shard_iterator(StreamName="k", ShardId=put[0]["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            url = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "VisibilityTimeout": "600"})["QueueUrl"]
            for i in range(4):
                sqs.send_message(QueueUrl=url, MessageBody="m%d" % i, MessageGroupId="g%d" % (i % 2), MessageDeduplicationId=str(i))
            held = sqs.receive_message(QueueUrl=url)["Messages"][0]
            gone = sqs.receive_message(QueueUrl=url)["Messages"][0]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=gone["ReceiptHandle"])
            events.create_event_bus(Name="b")
            events.put_rule(Name="r", EventBusName="b", EventPattern='{"source":["s"]}')
            for round_number in range(2):
                aws.kill()
                aws = LocalAws("--data", folder)
                kinesis, sqs, events = (aws.client(s) for s in ("kinesis", "sqs", "events"))
                url = sqs.get_queue_url(QueueName="q.fifo")["QueueUrl"]
            records = kinesis.get_records(ShardIterator=iterator)["Records"]
            self.assertEqual([r["SequenceNumber"] for r in records],
                             [p["SequenceNumber"] for p in put if p["ShardId"] == put[0]["ShardId"]])
            self.assertEqual(len(kinesis.list_shards(StreamName="k")["Shards"]), 4)
            self.assertEqual([r["Name"] for r in events.list_rules(EventBusName="b")["Rules"]], ["r"])
            self.assertEqual([m["Body"] for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]], ["m3"])
            again = sqs.send_message(QueueUrl=url, MessageBody="m1", MessageGroupId="g1", MessageDeduplicationId="0")
            self.assertEqual(again["MessageId"], held["MessageId"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=held["ReceiptHandle"])
            self.assertEqual([m["Body"] for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]], ["m2"])
            self.assertEqual(aws.close(), 0)


if __name__ == "__main__":
    unittest.main()
