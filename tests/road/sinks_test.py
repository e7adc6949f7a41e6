#!/usr/bin/env python3
"""The sinks other than the usual road: EventBridge and SQS straight from the engine, standard output, and Kinesis when it stumbles."""
import collections
import json
import os
import signal
import subprocess
import time
import unittest
import zlib

from aggregates import user_records
from kill_test import regressions
from road import Road, program, wait_for

TABLE = """create schema inventory;
create table inventory.products (id integer primary key, version integer not null);
create table inventory.customers (id integer primary key, version integer not null);
"""
GZIP = b"\x1f\x8b"
SCHEMALESS = {"debezium.format.schemas.enable": "false"}


def insert(rows, table="products"):
    return f"insert into inventory.{table} select id, 1 from generate_series(1, {rows}) id;\n"


def updates(last, first=2, table="products"):
    return "".join(f"update inventory.{table} set version = {version};\n" for version in range(first, last + 1))


def unpacked(data):
    """What is in a record that may be one gzip member; anything behind it would be an error."""
    return zlib.decompress(data, wbits=31) if data.startswith(GZIP) else data


def streaming(road):
    return wait_for("the slot", lambda: road.cluster.ask("select count(*) from pg_replication_slots where active") == "1", 30)


def confirmed_lag(road):
    """Bytes of the log that the slot's position is behind."""
    return int(road.cluster.ask("select pg_current_wal_flush_lsn() - confirmed_flush_lsn from pg_replication_slots").split(".")[0])


class Inbox:
    """All that is in a queue, received and deleted in the order in which it comes."""

    def __init__(self, road, url):
        self.sqs, self.url, self.messages = road.client("sqs"), url, []

    def receive(self):
        page = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=0,
                                        AttributeNames=["All"]).get("Messages", [])
        if page:
            self.messages += page
            self.sqs.delete_message_batch(QueueUrl=self.url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]}
                                                                      for i, m in enumerate(page)])
        return page

    def bodies(self):
        return [json.loads(message["Body"]) for message in self.messages]

    def wait_for(self, count, seconds=60):
        wait_for(f"{count} messages", lambda: self.receive() and False or len(self.messages) >= count, seconds)

    def drain(self):
        """Until nothing has come for a second."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < 1:
            if self.receive():
                quiet = time.monotonic()
            else:
                time.sleep(0.05)
        return self


def versions_by_key(events):
    found = collections.defaultdict(list)
    for event in events:
        if event["after"]:
            found[event["after"]["id"]].append(event["after"]["version"])
    return found


class SinkTest(unittest.TestCase):
    def assert_complete_and_in_order(self, events, keys, last):
        """Each key went through all of its versions, and none came after a later one (repeats are allowed)."""
        found = versions_by_key(events)
        self.assertEqual({key: sorted(set(versions)) for key, versions in found.items()},
                         {key: list(range(1, last + 1)) for key in range(1, keys + 1)})
        self.assertEqual({key: wrong for key, versions in found.items() if (wrong := regressions(versions))}, {})


class EventBridge(SinkTest):
    def test_events_reach_the_bus_of_their_topic_in_the_order_of_their_key_and_tombstones_do_not(self):
        with Road() as road:
            road.sql(TABLE)
            events, sqs = road.client("events"), road.client("sqs")
            inboxes = {}
            for bus in ("goods", "people"):
                events.create_event_bus(Name=bus)
                url = sqs.create_queue(QueueName=f"{bus}.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
                arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
                events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source":[{"prefix":""}]}')
                events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn, "SqsParameters": {"MessageGroupId": "all"}}])
                inboxes[bus] = Inbox(road, url)
            config = road.properties(extra={
                "debezium.sink.type": "eventbridge", "tidewire.sink.eventbridge.bus": "people",
                "tidewire.sink.eventbridge.kinesis.inventory.products.bus": "goods",
                "tidewire.sink.eventbridge.kinesis.inventory.products.source": "shop",
                "tidewire.sink.eventbridge.kinesis.inventory.products.detail-type": "Product changed", **SCHEMALESS})
            engine = road.part("engine", "run", "-c", config).start()
            streaming(road)
            road.sql(insert(20) + updates(10) + insert(3, "customers") + "delete from inventory.products where id = 7;")
            inboxes["goods"].wait_for(201)
            inboxes["people"].wait_for(3)
            goods, people = inboxes["goods"].drain().bodies(), inboxes["people"].drain().bodies()
            self.assertEqual({(body["source"], body["detail-type"]) for body in goods}, {("shop", "Product changed")})
            self.assertEqual({(body["source"], body["detail-type"]) for body in people},
                             {("kinesis.inventory.customers", "CustomersDataChangeEvent")})
            self.assert_complete_and_in_order([body["detail"] for body in goods], 20, 10)
            self.assertEqual(len(goods), 201, "the deletion is an event, its tombstone is none")
            self.assertEqual([(body["detail"]["op"], body["detail"]["before"]["id"]) for body in goods if body["detail"]["op"] == "d"], [("d", 7)])
            wait_for("the position behind the tombstone", lambda: confirmed_lag(road) < 1000, 15)
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])


class Sqs(SinkTest):
    def carry(self, attributes, name, kill):
        with Road() as road:
            road.sql(TABLE)
            url = road.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
            config = road.properties(extra={"debezium.sink.type": "sqs", "debezium.sink.sqs.queue.url": url, **SCHEMALESS})
            engine = road.part("engine", "run", "-c", config).start()
            streaming(road)
            road.sql(insert(40) + updates(100))
            inbox = Inbox(road, url)
            if kill:
                inbox.wait_for(1000)
                engine.kill()
                engine.start()
            inbox.wait_for(4000, 120)
            road.sql("delete from inventory.products where id = 1;")
            inbox.wait_for(4001)
            inbox.drain()
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
            return inbox

    def test_a_fifo_queue_gets_each_change_once_in_the_order_of_its_group_over_a_kill(self):
        inbox = self.carry({"FifoQueue": "true"}, "changes.fifo", kill=True)
        self.assert_complete_and_in_order(inbox.bodies(), 40, 100)
        self.assertEqual(len(inbox.messages), 4001, "what the killed engine sent again was dropped by its deduplication id")
        attributes = [message["Attributes"] for message in inbox.messages]
        self.assertEqual({a["MessageGroupId"] for a in attributes}, {json.dumps({"id": key}, separators=(",", ":")) for key in range(1, 41)})
        self.assertEqual(len({a["MessageDeduplicationId"] for a in attributes}), 4001)

    def test_a_standard_queue_gets_every_change(self):
        inbox = self.carry({}, "changes", kill=False)
        found = versions_by_key(inbox.bodies())
        self.assertEqual({key: sorted(set(versions)) for key, versions in found.items()}, {key: list(range(1, 101)) for key in range(1, 41)})


class Stdout(SinkTest):
    def test_lines_are_json_with_key_and_value_and_a_stop_ends_well(self):
        with Road() as road:
            road.sql(TABLE)
            engine = road.part("engine", "run", "-c", road.properties(extra={"debezium.sink.type": "stdout", **SCHEMALESS})).start()
            streaming(road)
            road.sql(insert(20) + updates(50) + "delete from inventory.products where id = 7;")
            wait_for("1,002 lines", lambda: len(engine.lines()) >= 1002, 60)
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
            lines = [json.loads(line) for line in engine.lines()]
            self.assertEqual({tuple(line) for line in lines}, {("stream", "key", "value")})
            self.assertEqual({line["stream"] for line in lines}, {"kinesis.inventory.products"})
            self.assertEqual([line["key"] for line in lines if line["value"] is None], [{"id": 7}], "the tombstone")
            for line in lines:
                if line["value"]:
                    self.assertEqual(line["key"]["id"], (line["value"]["after"] or line["value"]["before"])["id"])
            self.assert_complete_and_in_order([line["value"] for line in lines if line["value"]], 20, 50)
            self.assertEqual(len(lines), 1002)

    def test_an_engine_whose_reader_closed_the_pipe_ends_without_calling_the_rest_durable(self):
        with Road() as road:
            road.sql(TABLE)
            config = road.properties(extra={"debezium.sink.type": "stdout", **SCHEMALESS})
            read_end, write_end = os.pipe()
            with open(road.folder / "piped.log", "wb") as log:
                piped = subprocess.Popen([program(), "run", "-c", str(config)], env={**os.environ, **road.environment},
                                         stdin=subprocess.DEVNULL, stdout=write_end, stderr=log)
            try:
                os.close(write_end)
                streaming(road)
                road.sql(insert(20) + updates(50))
                with os.fdopen(read_end) as reader:
                    seen = [json.loads(reader.readline()) for _ in range(300)]
                self.assertEqual(piped.wait(20), 1, "the pipe is closed for good, so it says so and ends")
            finally:
                piped.kill()
                piped.wait()
            self.assertIn("Broken pipe", (road.folder / "piped.log").read_text())
            engine = road.part("engine", "run", "-c", config).start()
            road.sql(updates(60, 51))
            lines = []

            def all_there():
                lines[:] = [json.loads(line) for line in engine.lines() if line.endswith("}")]
                return {(line["value"]["after"]["id"], line["value"]["after"]["version"]) for line in seen + lines} >= {
                    (key, version) for key in range(1, 21) for version in range(1, 61)}
            wait_for("every change", all_there, 60, 0.5)
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])


class Stumbling(SinkTest):
    KEYS, ROUNDS = 50, 40        # 2,000 changes

    def carry(self, **more):
        with Road(["--faults", "partial=0.2,throttle=0.05,error500=0.02,reset=0.01", "--seed", "7"]) as road:
            road.sql(TABLE)
            kinesis = road.client("kinesis")
            wait_for("the stream", lambda: self.made(kinesis), 30)
            config = road.properties(extra={"quarkus.http.port": "0", **SCHEMALESS, **more})
            engine = road.part("engine", "run", "-c", config).start()
            streaming(road)
            road.sql(insert(self.KEYS) + updates(self.ROUNDS))
            wait_for("the position to reach the last change", lambda: confirmed_lag(road) < 1000, 180, 0.5)
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
            records = self.all_records(road)
            self.kinesis_records = len(records)
            self.compressed = sum(data.startswith(GZIP) for _, data in records)
            return [json.loads(data) for key, data in records for _, data in user_records(key, unpacked(data))]

    @staticmethod
    def made(kinesis):
        try:
            kinesis.create_stream(StreamName="kinesis.inventory.products", ShardCount=4)
        except kinesis.exceptions.ResourceInUseException:
            pass
        except Exception:               # a fault, which the test asked for
            return False
        return True

    @staticmethod
    def all_records(road):
        """What is in the stream; the faults strike the test's own reading, too."""
        while True:
            try:
                return road.records("kinesis.inventory.products")
            except Exception:           # as above
                time.sleep(0.05)

    def test_kinesis_that_takes_parts_of_requests_gets_every_change_in_the_order_of_its_key(self):
        self.assert_complete_and_in_order(self.carry(), self.KEYS, self.ROUNDS)

    def test_the_same_with_three_publisher_threads(self):
        self.assert_complete_and_in_order(self.carry(**{"tidewire.publisher.threads": "3"}), self.KEYS, self.ROUNDS)

    def test_aggregates_too_keep_the_order_of_each_key_and_are_fewer_than_the_changes(self):
        self.assert_complete_and_in_order(self.carry(**{"tidewire.sink.kinesis.aggregation": "on"}), self.KEYS, self.ROUNDS)
        self.assertLess(self.kinesis_records, self.KEYS * self.ROUNDS / 2)

    def test_gzip_of_records_or_of_aggregates_keeps_the_order_of_each_key(self):
        for aggregation in ("off", "on"):
            events = self.carry(**{"tidewire.sink.kinesis.compression": "gzip", "tidewire.sink.kinesis.aggregation": aggregation})
            self.assert_complete_and_in_order(events, self.KEYS, self.ROUNDS)
            self.assertEqual(self.compressed, self.kinesis_records)


if __name__ == "__main__":
    unittest.main(verbosity=2)
