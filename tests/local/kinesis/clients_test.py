"""boto3, and requests in CBOR, against the Kinesis of `tidewire local`: every operation it has, with its refusals."""
import hashlib
import math
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from clients import WithOneServer, cbor  # noqa: E402


class Kinesis(WithOneServer):
    def test_a_stream_is_made_described_listed_and_deleted(self):
        k = self.kinesis
        k.create_stream(StreamName="life", ShardCount=2)
        k.get_waiter("stream_exists").wait(StreamName="life", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
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
        time.sleep(max(0, moment - time.time()) + 0.05)
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

    def test_tags_go_by_the_arn_too(self):
        self.kinesis.create_stream(StreamName="tagged", ShardCount=1)
        arn, call = "arn:aws:kinesis:eu-west-1:000000000000:stream/tagged", self.aws.kinesis_cbor   # Debian's boto3 does not know them
        self.assertEqual(call("TagResource", {"ResourceARN": arn, "Tags": {"a": "1", "b": "2"}})[0], 200)
        self.assertEqual(call("UntagResource", {"ResourceARN": arn, "TagKeys": ["b"]})[0], 200)
        self.assertEqual(call("ListTagsForResource", {"ResourceARN": arn}), (200, {"Tags": [{"Key": "a", "Value": "1"}]}))
        self.assertEqual(self.kinesis.list_tags_for_stream(StreamName="tagged")["Tags"], [{"Key": "a", "Value": "1"}])
        status, answer = call("ListTagsForResource", {"ResourceARN": arn + "x"})
        self.assertEqual((status, answer["__type"]), (400, "ResourceNotFoundException"))
        self.assertEqual(call("TagResource", {"Tags": {"a": "1"}})[1]["__type"], "ValidationException")

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


if __name__ == "__main__":
    unittest.main()
