"""boto3 and the AWS CLI against `tidewire local` as a whole: the road over its three services, its faults and quotas, and its memory over a kill."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

from botocore.exceptions import ClientError, HTTPClientError
from clients import PROGRAM, REGION, SECRET, LocalAws, WithOneServer


class Cli(WithOneServer):
    def aws_cli(self, *arguments):
        environment = dict(os.environ, AWS_ACCESS_KEY_ID="AKIDCLI", AWS_SECRET_ACCESS_KEY=SECRET, AWS_DEFAULT_REGION=REGION, AWS_PAGER="")
        done = subprocess.run([shutil.which("aws"), "--endpoint-url", self.aws.url, "--output", "json", *arguments],
                              env=environment, capture_output=True, text=True, timeout=300)
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
        version = subprocess.run([shutil.which("aws"), "--version"], capture_output=True, text=True, timeout=300)
        return (version.stdout + version.stderr).startswith("aws-cli/2")


class Quotas(WithOneServer):
    ARGUMENTS = ("--quotas",)

    def test_a_shard_takes_a_thousand_records_a_second(self):
        self.kinesis.create_stream(StreamName="q", ShardCount=1)
        records = [{"Data": b"x", "PartitionKey": "k"}] * 500
        begun, taken, answer = time.monotonic(), 0, {"FailedRecordCount": 0}
        while answer["FailedRecordCount"] == 0:
            answer = self.kinesis.put_records(StreamName="q", Records=records)
            taken += len(records) - answer["FailedRecordCount"]
        self.assertGreaterEqual(taken, 1000)
        self.assertLessEqual(taken, 1000 * (1 + time.monotonic() - begun))
        one = next(r for r in answer["Records"] if "ErrorCode" in r)
        self.assertEqual(one, {"ErrorCode": "ProvisionedThroughputExceededException",
                               "ErrorMessage": "Rate exceeded for shard shardId-000000000000 in stream q under account 000000000000."})
        time.sleep(1.1)
        self.assertEqual(self.kinesis.put_records(StreamName="q", Records=records)["FailedRecordCount"], 0)

    def test_a_shard_is_read_five_times_a_second(self):
        self.kinesis.create_stream(StreamName="r", ShardCount=1)
        iterator = self.kinesis.get_shard_iterator(StreamName="r", ShardId="shardId-000000000000", ShardIteratorType="LATEST")["ShardIterator"]
        with self.assertRaises(self.kinesis.exceptions.ProvisionedThroughputExceededException):
            for _ in range(1000):      # far more a second than five, however slow the machine is
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
        done = subprocess.run([PROGRAM, "local", "--port", "0", "--faults", "gremlins=1"], capture_output=True, text=True, timeout=300)
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
