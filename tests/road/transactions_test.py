#!/usr/bin/env python3
"""The consumer puts transactions together again: their events go over several streams, buses and a standard queue, in no order, and are
printed as one run each. Nothing is lost when it is killed or stopped while it holds half of one."""
import json
import subprocess
import unittest

from road import Road, program, wait_for

TABLES = """create schema inventory;
create table inventory.products (id integer primary key, name text);
create table inventory.customers (id integer primary key, name text);
insert into inventory.products values (1, 'before');
"""
LARGE = 400                      # changes of one transaction, far more than a receive brings
CHANGES = f"""begin;
insert into inventory.products select i, 'a' from generate_series(100, 119) i;
insert into inventory.customers select i, 'a' from generate_series(100, 109) i;
update inventory.products set name = 'b' where id between 100 and 119;
commit;
begin; insert into inventory.customers values (1, 'gone'); rollback;
insert into inventory.products select i, 'large' from generate_series(1000, {999 + LARGE}) i;
begin; delete from inventory.products where id = 100; update inventory.customers set name = 'c' where id = 100; commit;
"""
SIZES = [50, LARGE, 2]           # of those transactions, by their commits
STANDARD = {"debezium.source.provide.transaction.metadata": "true",
            "tidewire.relay.streams": "kinesis.inventory.products,kinesis.inventory.customers,kinesis.transaction",
            "tidewire.relay.kinesis.transaction.bus": "transactions",
            "tidewire.relay.kinesis.transaction.detail-type": "TransactionEvent",
            "tidewire.provision.queue.name": "data-change",
            "tidewire.consumer.wait": "1s"}


def runs_of(lines):
    """Neighbouring lines of one transaction and state -> list of (mark, events); what has no transaction is a run of its own."""
    runs = []
    for line in lines:
        mark, event = line.get("transaction"), line["event"].get("payload", line["event"])
        name = mark and (mark["id"], mark["ts_ms"], mark["state"])
        if not runs or name is None or runs[-1][0] != name:
            runs.append((name, [], mark))
        runs[-1][1].append((mark and mark["order"], event))
    return runs


class Transactions(unittest.TestCase):
    def start(self, road, **more):
        self.config = road.properties(extra={**STANDARD, **more})
        self.assertEqual(self.run_to_end(road, "verify", "--begin")[0], 0)
        road.sql(TABLES)
        self.assertEqual(road.part("provision", "provision", "-c", self.config).start().ended(), 0)
        road.part("engine", "run", "-c", self.config).start()
        wait_for("the slot", lambda: road.cluster.ask("select count(*) from pg_replication_slots where active") == "1", 30)
        road.part("relay", "relay", "-c", self.config).start()

    def run_to_end(self, road, command, *arguments, config=None):
        done = subprocess.run([program(), command, "-c", str(config or self.config), *map(str, arguments)], capture_output=True, text=True,
                              check=False, timeout=300, env=dict(road.environment, PATH="/usr/bin"))
        return done.returncode, done.stdout + done.stderr

    def consumer(self, road, name="consumer"):
        return road.part(name, "consume", "-c", self.config, "--output", "json", "--transactions").start()

    def lines(self, *consumers):
        return [json.loads(line) for consumer in consumers for line in consumer.lines() if line.endswith("}")]

    def assert_complete(self, runs, sizes):
        whole = [run for run in runs if run[0]]
        self.assertEqual([name[2] for name, _, _ in whole], ["complete"] * len(whole))
        self.assertEqual(len({name for name, _, _ in whole}), len(whole), "a transaction is in two pieces")
        for _, events, mark in whole:
            self.assertEqual([events[0][1].get("status"), events[-1][1].get("status")], ["BEGIN", "END"])
            self.assertEqual([order for order, _ in events], [None, *range(1, mark["of"] + 1), None])
            self.assertEqual([event["transaction"]["total_order"] for _, event in events[1:-1]], list(range(1, mark["of"] + 1)))
        by_commit = sorted(whole, key=lambda run: int(run[1][-1][1]["id"].split(":")[1]))
        self.assertEqual([mark["of"] for _, _, mark in by_commit], sizes)

    def count(self, road):
        about = road.client("sqs").get_queue_attributes(QueueUrl=f"{road.endpoint}/000000000000/data-change", AttributeNames=["All"])["Attributes"]
        return int(about["ApproximateNumberOfMessages"]), int(about["ApproximateNumberOfMessagesNotVisible"])

    def test_each_is_printed_in_one_piece(self):
        with Road() as road:
            self.start(road)
            consumer = self.consumer(road)
            road.sql(CHANGES)
            wanted = 1 + sum(SIZES) + 2 * len(SIZES)
            wait_for("every event", lambda: len(self.lines(consumer)) >= wanted, 90)
            runs = runs_of(self.lines(consumer))
            self.assertEqual([event["op"] for name, events, _ in runs if name is None for _, event in events], ["r"])
            self.assert_complete(runs, SIZES)
            wait_for("an empty queue", lambda: self.count(road) == (0, 0), 30)
            self.assertEqual(consumer.stop(), 0)
            self.assertIn("3 transactions were complete, 0 were not; 0 messages were given back", consumer.logged())
            code, text = self.run_to_end(road, "verify", "--file", consumer.out, "--end")   # against the log, decoded a second time
            self.assertEqual(code, 0, text)
            self.assertIn(f"{sum(SIZES)} expected, 0 missing, 0 repeated", text)

    def test_a_killed_or_stopped_consumer_loses_nothing(self):
        with Road() as road:
            self.start(road, **{"tidewire.consumer.visibility": "2s"})
            killed = self.consumer(road, "killed")
            wait_for("the row of the snapshot", lambda: self.lines(killed) != [] and self.count(road) == (0, 0), 60)
            road.client("sqs").send_message(QueueUrl=f"{road.endpoint}/000000000000/data-change", MessageBody=begin_of("77"))
            wait_for("a held message", lambda: self.count(road) == (0, 1), 30)
            killed.kill()
            wait_for("the held message in the queue again", lambda: self.count(road) == (1, 0), 30)
            stopped = self.consumer(road, "stopped")
            road.client("sqs").send_message(QueueUrl=f"{road.endpoint}/000000000000/data-change", MessageBody=begin_of("78"))
            wait_for("two held messages", lambda: self.count(road) == (0, 2), 30)
            self.assertEqual(stopped.stop(), 0)
            self.assertEqual(self.count(road), (2, 0), "what was held is not to be had at once")
            self.assertIn("2 messages were given back", stopped.logged())
            last = self.consumer(road, "last")
            road.sql(CHANGES)
            wait_for("every transaction", lambda: len(self.lines(last)) >= sum(SIZES) + 2 * len(SIZES), 90)
            self.assert_complete(runs_of(self.lines(last)), SIZES)
            self.assertEqual(last.stop(), 0)
            self.assertEqual(self.count(road), (2, 0))

    def test_a_fifo_queue_is_refused(self):
        with Road() as road:
            config = road.properties(extra={"tidewire.consumer.transactions": "true"})
            for command in ("consume", "check"):
                code, text = self.run_to_end(road, command, config=config)
                self.assertEqual(code, 2, text)
                self.assertIn("data-change.fifo is a FIFO queue", text)
                self.assertIn("standard queue", text)


def begin_of(xid):
    """The EventBridge event around the BEGIN of a transaction that never ends."""
    return json.dumps({"version": "0", "id": f"begin-{xid}", "detail-type": "TransactionEvent", "source": "kinesis.transaction",
                       "account": "000000000000", "time": "2026-11-22T06:52:56Z", "region": "us-east-1", "resources": [],
                       "detail": {"status": "BEGIN", "id": f"{xid}:1", "event_count": None, "data_collections": None, "ts_ms": 1}})


if __name__ == "__main__":
    unittest.main(verbosity=2)
