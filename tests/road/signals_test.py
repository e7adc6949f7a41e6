#!/usr/bin/env python3
"""Snapshots asked for while the engine runs, under load: one whose signal is followed by a kill is not forgotten; a blocking one and one
that the signal file asks for lose nothing and put no old row behind a newer one."""
import json
import subprocess
import threading
import time
import unittest

from road import Road, wait_for

ROWS, CHUNK = 3000, 15
STREAM = "kinesis.inventory.products"
TABLES = f"""create schema inventory;
create table inventory.products (id integer primary key, version integer not null, filler text not null default repeat('x', 200));
create table inventory.customers (id integer primary key);
create table inventory.signals (id varchar(64) primary key, type varchar(32) not null, data varchar(2048));
insert into inventory.products (id, version) select id, 0 from generate_series(1, {ROWS}) id;
"""
# Touches some rows, makes some and deletes some; a version never goes down.
LOAD = """update inventory.products set version = version + 1 where id % 17 = {round} % 17;
delete from inventory.products where id % 101 = {round} % 101;
insert into inventory.products (id, version) values (100000 + {round}, {round});
"""


class Load:
    """Changes of the table, one transaction after another, until it is left."""

    def __init__(self, road):
        self.road, self.ended, self.rounds = road, threading.Event(), 0
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ended.is_set():
            self.rounds += 1
            self.road.sql(LOAD.format(round=self.rounds))
            time.sleep(0.02)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


class InvisibleDelete:
    """A delete of row 7 that is in the log but that nobody sees, as its session waits for a standby that is not there."""

    def __init__(self, road):
        self.road = road

    def __enter__(self):
        self.road.cluster.set(synchronous_standby_names="absent", synchronous_commit="local")
        self.session = threading.Thread(target=self.road.sql, args=("set synchronous_commit = on; delete from inventory.products where id = 7",))
        self.session.start()
        wait_for("the delete", lambda: self.road.cluster.ask("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == "1", 30)
        return self

    def show(self):
        self.road.sql("alter system reset synchronous_standby_names", "postgres")
        self.road.sql("select pg_reload_conf()", "postgres")
        self.session.join()

    def __exit__(self, *_):
        self.show()  # also where a test has failed, or the session would never end


class SignalTest(unittest.TestCase):
    """The road with a signal table, and what a consumer makes of its events."""

    def setUp(self):
        self.road = self.enterContext(Road())
        self.road.sql(TABLES)
        for name in ("products", "customers", "signals"):
            self.road.client("kinesis").create_stream(StreamName=f"kinesis.inventory.{name}", ShardCount=1)
        self.signal_file = self.road.folder / "signals.txt"

    def start(self, **more):
        extra = {"debezium.format.schemas.enable": "false", "debezium.source.snapshot.mode": "never",
                 "debezium.source.signal.data.collection": "inventory.signals",
                 "debezium.source.incremental.snapshot.chunk.size": str(CHUNK), **more}
        config = self.road.properties(extra=extra)
        self.engine = self.road.part("engine", "run", "-c", config).start()
        wait_for("the slot", lambda: self.road.cluster.ask("select count(*) from pg_replication_slots where active") == "1", 30)

    def signal(self, name, data):
        self.road.sql(f"insert into inventory.signals values ('{name}', 'execute-snapshot', '{json.dumps(data)}')")

    def events(self):
        return [(json.loads(key)["id"], json.loads(value)) for key, value in self.road.records(STREAM) if value]

    def read_rows(self):
        return {key for key, event in self.events() if event["op"] == "r"}

    def table(self):
        select = "select id, version from inventory.products"
        done = subprocess.run(self.road.cluster.psql(Road.DATABASE, "-At", "-c", select), text=True, capture_output=True, check=True,
                              env=self.road.cluster.env())
        return {int(key): int(version) for key, _, version in (line.partition("|") for line in done.stdout.splitlines())}

    def state(self):
        """What a consumer that applies the events has in the end."""
        rows = {}
        for key, event in self.events():
            if event["op"] == "d":
                rows.pop(key, None)
            else:
                rows[key] = event["after"]["version"]
        return rows

    def expect_the_table(self):
        wait_for("the table at the consumer's", lambda: self.state() == self.table(), 120, 0.5)


class Signals(SignalTest):
    def test_a_kill_behind_the_signal_does_not_forget_it(self):
        self.start()
        self.signal("s1", {"data-collections": ["inventory.products"], "type": "incremental"})
        wait_for("the signal", lambda: self.road.records("kinesis.inventory.signals"), 30)
        self.engine.kill()
        self.engine.start()
        wait_for("the end of the snapshot", lambda: "the incremental snapshot is complete" in self.engine.logged(), 120)
        self.expect_the_table()

    def test_a_blocking_snapshot_under_load_loses_and_reorders_nothing(self):
        self.start()
        with Load(self.road) as load:
            wait_for("some load", lambda: load.rounds > 3, 30)
            self.signal("s1", {"data-collections": ["inventory.products"], "type": "blocking"})
            wait_for("its end", lambda: "the snapshot is complete" in self.engine.logged(), 120)
            done = load.rounds
            wait_for("more load", lambda: load.rounds > done + 3, 30)
        self.expect_the_table()

    def test_a_chunk_is_not_older_than_a_delete_that_nobody_sees_yet(self):
        self.start()
        with InvisibleDelete(self.road) as delete:
            wait_for("the delete in the stream", lambda: b'"op":"d"' in b"".join(value for _, value in self.road.records(STREAM)), 30)
            self.signal("s1", {"data-collections": ["inventory.products"], "type": "incremental"})
            wait_for("the chunk that waits", lambda: "a chunk waits for a transaction" in self.engine.logged(), 60)
            self.assertEqual(self.read_rows(), set())
            delete.show()
            wait_for("the end of the snapshot", lambda: "the incremental snapshot is complete" in self.engine.logged(), 120)
        self.expect_the_table()

    def test_a_delete_that_nobody_saw_and_that_comes_before_the_first_mark_takes_its_row_along(self):
        self.start()
        self.engine.stop()
        self.signal("s1", {"data-collections": ["inventory.products"], "type": "incremental"})
        with InvisibleDelete(self.road) as delete:
            self.engine.start()
            wait_for("the chunk behind it", lambda: "a chunk waits for a transaction" in self.engine.logged(), 60)
            wait_for("the first chunk", lambda: self.read_rows() >= {1, 6, 8, CHUNK}, 30)
            delete.show()
            wait_for("the end of the snapshot", lambda: "the incremental snapshot is complete" in self.engine.logged(), 120)
        self.expect_the_table()

    def test_the_signal_file_is_obeyed_once_and_emptied(self):
        self.start(**{"debezium.source.signal.enabled.channels": "source,file", "debezium.source.signal.file": str(self.signal_file),
                      "debezium.source.signal.poll.interval.ms": "100",
                      "debezium.source.incremental.snapshot.watermarking.strategy": "insert_delete"})
        data = {"data-collections": ["inventory.products"], "additional-conditions":
                [{"data-collection": "inventory.products", "filter": "id <= 100"}]}
        self.signal_file.write_text("nonsense\n" + json.dumps({"id": "f1", "type": "execute-snapshot", "data": data}) + "\n")
        wait_for("the end of the snapshot", lambda: "the incremental snapshot is complete" in self.engine.logged(), 60)
        wait_for("an empty file", lambda: self.signal_file.read_text() == "", 30)
        wait_for("the rows", lambda: self.read_rows() == set(range(1, 101)), 30)
        self.engine.stop()
        self.engine.start()
        self.road.sql("insert into inventory.products (id, version) values (100000, 1)")
        wait_for("the stream", lambda: 100000 in self.state(), 60)
        self.assertEqual(sum(event["op"] == "r" for _, event in self.events()), 100)


if __name__ == "__main__":
    unittest.main(verbosity=2)
