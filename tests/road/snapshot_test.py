#!/usr/bin/env python3
"""The first snapshot by several connections (snapshot.max.threads=3) while the tables change: every row once and as it was, its markers and
notifications true, the stream behind it without a gap; and a connection that is killed in the middle costs a snapshot of the rest, nothing else."""
import collections
import json
import subprocess
import threading
import unittest

from changes import Session
from road import Road, wait_for

BIG, PARENT = 9_000, 300       # rows; two of the first table's fill a page, so that it is cut into pieces
TABLES = f"""create schema inventory;
create table inventory.big (id integer primary key, version integer not null, filler text not null);
alter table inventory.big alter filler set storage plain;
insert into inventory.big select id, 1, repeat('x', 3000) from generate_series(1, {BIG}) id;
create table inventory.empty (id integer primary key, version integer not null);
create table inventory.few (id integer primary key, version integer not null);
insert into inventory.few values (1, 1), (2, 1), (3, 1);
create table inventory.one (id integer primary key, version integer not null);
insert into inventory.one values (1, 1);
create table inventory.parent (id integer primary key, version integer not null) partition by range (id);
create table inventory.parent_a partition of inventory.parent for values from (0) to (100);
create table inventory.parent_b partition of inventory.parent for values from (100) to (1000);
insert into inventory.parent select id, 1 from generate_series(1, {PARENT}) id;
"""
CHANGES = """update inventory.big set version = version + 1 where id % 100 = {0} % 100;
delete from inventory.big where id = {0};
insert into inventory.big values ({0} + 100000, 1, '');
insert into inventory.empty values ({0}, 1);
"""
NOTIFICATIONS = "notifications"
EXTRA = {"debezium.sink.type": "stdout", "debezium.format.schemas.enable": "false", "tidewire.sink.ordering": "stream",
         "debezium.source.table.include.list": "inventory[.](big|empty|few|one|parent)", "debezium.source.snapshot.max.threads": "3",
         "debezium.source.publication.autocreate.mode": "filtered", "debezium.source.notification.enabled.channels": "sink",
         "debezium.source.notification.sink.topic.name": NOTIFICATIONS, "debezium.source.tombstones.on.delete": "false"}


def behind(call):
    """One table of the snapshot takes as long as that call of a function."""
    override = "debezium.source.snapshot.select.statement.overrides"
    return {override: "inventory.one", override + ".inventory.one": f"select one.* from inventory.one, {call}"}


class Changes:
    """Changes every table again and again, from another thread, until stopped."""

    def __init__(self, road):
        self.road, self.stopping, self.rounds = road, threading.Event(), 0
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopping.wait(0.02):
            self.road.sql(CHANGES.format(self.rounds + 1))
            self.rounds += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


class Snapshot(unittest.TestCase):
    def setUp(self):
        self.road = self.enterContext(Road())
        self.road.sql(TABLES)

    def run_beside_changes(self, during=lambda _: None, **more):
        """The events of a run that took its snapshot while the tables changed."""
        with Changes(self.road) as changes:
            engine = self.road.part("engine", "run", "-c", self.road.properties(extra={**EXTRA, **more})).start()
            during(engine)
            wait_for("the snapshot", lambda: "the snapshot is complete" in engine.logged(), 120)
            wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 60)
            done = changes.rounds
            wait_for("some changes beside the stream", lambda: changes.rounds > done + 3)
        end = self.road.cluster.ask("select pg_current_wal_insert_lsn()")
        wait_for("all changes, and no slot that holds the log", lambda: self.road.cluster.ask(
            f"select bool_and(confirmed_flush_lsn >= '{end}') from pg_replication_slots") == "t", 120, 0.2)
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        return [json.loads(line) for line in engine.lines()]

    @staticmethod
    def by_table(events):
        """What a table's events say: they come in an order, those of two tables in none."""
        found = collections.defaultdict(list)
        for event in events:
            found[event["value"]["source"]["table"]].append(event["value"])
        return found

    def table(self, name):
        text = subprocess.run(self.road.cluster.psql(Road.DATABASE, "-At", "-c", f"select id, version from inventory.{name}"),
                              capture_output=True, text=True, check=True, env=self.road.cluster.env()).stdout
        return dict(tuple(map(int, line.split("|"))) for line in text.splitlines())

    def assert_events_make_the_tables(self, events):
        made = collections.defaultdict(dict)
        for event in events:
            value = event["value"]
            table = value["source"]["table"]
            if value["op"] == "d":
                made[table].pop(value["before"]["id"], None)  # the row may have gone before it was read
            else:
                made[table][value["after"]["id"]] = value["after"]["version"]
        for name in ("big", "empty", "few", "one", "parent"):
            self.assertEqual(made[name], self.table(name), name)

    def test_every_row_comes_once_and_the_stream_goes_on_behind_it(self):
        lines = self.run_beside_changes()
        told = [line["value"] for line in lines if line["stream"].endswith(NOTIFICATIONS)]
        events = [line for line in lines if not line["stream"].endswith(NOTIFICATIONS)]
        self.assert_events_make_the_tables(events)

        read = [event["value"] for event in events if event["value"]["op"] == "r"]
        for table, own in self.by_table(events).items():
            changed = [value["op"] != "r" for value in own]
            self.assertEqual(changed, sorted(changed), f"{table}: changes come behind the snapshot")
        self.assertGreater(len(events), len(read))
        counts = collections.Counter(value["source"]["table"] for value in read)
        keys = {(value["source"]["table"], value["after"]["id"]) for value in read}
        self.assertEqual(len(keys), len(read), "no row comes twice")
        self.assertEqual([counts[name] for name in ("few", "one", "parent")], [3, 1, PARENT])

        marks = [value["source"]["snapshot"] for value in read]
        self.assertEqual((marks.count("first"), marks.count("last")), (1, 1))
        for name, own in self.by_table(events).items():
            own = [value["source"]["snapshot"] for value in own if value["op"] == "r"]
            self.assertNotIn("first", own[1:], name)
            self.assertIn(own[-1:], ([], ["last_in_data_collection"], ["last"], ["first"]), name)
            self.assertTrue(set(own[1:-1]) <= {"true"}, name)
        self.assertEqual(len({value["source"]["lsn"] for value in read}), 1)

        scanned = {n["additional_data"]["scanned_collection"].rsplit(".", 1)[-1]: int(n["additional_data"]["total_rows_scanned"])
                   for n in told if n["type"] == "TABLE_SCAN_COMPLETED"}
        self.assertEqual(scanned, {name: counts[name] for name in ("big", "empty", "few", "one", "parent")})
        self.assertEqual((told[0]["type"], told[-1]["type"]), ("STARTED", "COMPLETED"))

    def test_a_killed_connection_costs_a_snapshot_of_the_rest(self):
        lock = Session(self.road)
        self.addCleanup(lock.close)
        lock.run("select pg_advisory_lock(7)")

        def kill(engine):
            wait_for("rows", engine.lines)
            wait_for("a connection that waits", lambda: self.road.cluster.ask(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'COPY (%pg_advisory%' and wait_event_type = 'Lock'") == "1")
            lock.run("select pg_advisory_unlock(7)")
        waiting = behind("pg_advisory_xact_lock_shared(7)")
        events = [line for line in self.run_beside_changes(kill, **waiting) if not line["stream"].endswith(NOTIFICATIONS)]
        places = {event["value"]["source"]["lsn"] for event in events if event["value"]["op"] == "r"}
        self.assertGreater(len(places), 1, "there was another snapshot")
        whole, = (event["value"]["source"]["lsn"] for event in events if event["value"]["source"]["snapshot"] == "last")
        self.assertEqual(whole, max(places))
        self.assert_events_make_the_tables(events)

    def test_one_that_may_not_be_read_is_told_once(self):
        self.road.sql("create publication dbz_publication for all tables; create role reader login replication; grant usage on schema inventory to reader;")
        config = self.road.properties(extra={"debezium.sink.type": "stdout", "debezium.source.database.user": "reader", "quarkus.log.level": "DEBUG",
                                             "debezium.source.table.include.list": "inventory.one"})
        engine = self.road.part("engine", "run", "-c", config).start()
        tried = "reading a snapshot of 1 tables"
        wait_for("several tries", lambda: engine.logged().count(tried) >= 4, 60)
        tries = [line for line in engine.logged().splitlines() if tried in line]
        self.assertFalse([line for line in tries[2:] if " INFO " in line], "at level DEBUG from the third on")
        self.assertEqual(engine.logged().count("permission denied"), 1, engine.logged())
        self.road.sql("grant select on inventory.one to reader;")
        wait_for("the snapshot", lambda: "the snapshot is complete: 1 rows" in engine.logged(), 60)
        self.assertEqual(engine.stop(), 0)

    def test_it_can_be_stopped_while_a_connection_waits(self):
        engine = self.road.part("engine", "run", "-c", self.road.properties(extra={**EXTRA, **behind("pg_sleep(1000)")})).start()
        wait_for("the slow table", lambda: self.road.cluster.ask(
            "select count(*) from pg_stat_activity where query like 'COPY (%pg_sleep%'") == "1", 60)
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        self.assertNotIn("the snapshot is complete", engine.logged())


if __name__ == "__main__":
    unittest.main(verbosity=2)
