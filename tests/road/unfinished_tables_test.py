#!/usr/bin/env python3
"""A first snapshot that is broken off, and what is done to its tables, or to the right to read them, until it goes on; also in the moment
between a snapshot's place in the log and its locks, where a statement of each connection makes that long."""
import json
import signal
import unittest

from road import Road, wait_for
from unfinished import BrokenOff

SLOW = {"debezium.source.database.initial.statements": "select pg_sleep(2)"}
REWRITE = "alter table inventory.products alter version type bigint"
ALONE = {"debezium.source.publication.autocreate.mode": "disabled"}


class Tables(BrokenOff):
    def rewrite_before_the_lock(self, engine, slots):
        wait_for("the snapshot's moment", lambda: self.road.cluster.ask(
            f"select count(*) from pg_replication_slots where confirmed_flush_lsn is not null and {slots}") == "1", 60)
        self.road.sql(REWRITE)
        self.finish(engine)
        self.assert_events_make_the_table(self.events())

    def test_a_table_is_rewritten_before_the_first_snapshot_has_locked_it(self):
        self.rewrite_before_the_lock(self.start(**SLOW), "not temporary")

    def test_a_table_is_rewritten_before_the_rest_of_it_is_locked(self):
        self.start_and_break_off(lambda engine: engine.kill())
        self.rewrite_before_the_lock(self.start(**SLOW), "temporary")

    def customers(self):
        """As their last events have them."""
        events = [json.loads(data) for _, data in self.road.records("kinesis.inventory.customers")]
        return {event["after"]["id"]: event["after"]["version"] for event in events}

    def change_untold(self, **more):
        """The table was read whole, and the stream tells nothing of it."""
        self.start_and_break_off(lambda engine: engine.kill(), **more)
        self.assertEqual(self.customers(), {1: 1, 2: 1})
        self.road.sql("update inventory.customers set version = 9 where id = 2")
        self.finish(self.start(**more))
        self.assertEqual(self.customers(), {1: 1, 2: 9})
        self.assert_events_make_the_table(self.events())

    def test_what_is_not_published_is_read_again(self):
        self.road.sql("create publication dbz_publication for table inventory.products")
        self.change_untold(**ALONE)

    def test_what_is_not_logged_is_read_again(self):
        self.road.sql("alter table inventory.customers set unlogged")
        self.change_untold()

    def test_it_waits_for_the_right_to_read_as_the_first_one_does(self):
        self.road.sql("create role cdc login replication;\ngrant usage on schema inventory to cdc;\n"
                      "grant select on all tables in schema inventory to cdc;\ncreate publication dbz_publication for all tables")
        reader = {"debezium.source.database.user": "cdc"}
        self.start_and_break_off(lambda engine: engine.kill(), **reader)
        self.road.sql("revoke select on inventory.products from cdc")
        engine = self.start(**reader)
        wait_for("the refusal", lambda: "permission denied" in engine.logged() and ("trying again" in engine.logged() or not engine.alive()), 30)
        self.road.sql("grant select on inventory.products to cdc")
        self.assertTrue(engine.alive(), engine.logged()[-1000:])
        self.finish(engine)
        self.assert_events_make_the_table(self.events())


class Keyless(unittest.TestCase):
    def test_rows_do_not_overtake_changes_before_them(self):
        """Changes of rows without a key go one after the other, rows of a snapshot side by side."""
        with Road(["--faults", "latency=20ms"]) as road:
            road.sql("create schema inventory;\ncreate table inventory.products (id integer, version integer) with (fillfactor = 10);\n"
                     "alter table inventory.products replica identity full;\ninsert into inventory.products select id, 1 from generate_series(1, 2000) id")
            road.client("kinesis").create_stream(StreamName="kinesis.inventory.products", ShardCount=1)
            config = road.properties(extra={"debezium.format.schemas.enable": "false"})
            position, sink = road.folder / "offsets.dat.tidewire", road.parts[0].process
            engine = road.part("engine", "run", "-c", config)
            sink.send_signal(signal.SIGSTOP)
            engine.start()
            wait_for("the beginning", lambda: position.exists() and "snapshot" in json.loads(position.read_text()), 60)
            engine.kill()
            sink.send_signal(signal.SIGCONT)
            road.sql("update inventory.products set version = version + 1 where id = 1;\n" * 60)
            engine.start()
            wait_for("the snapshot", lambda: json.loads(position.read_text())["snapshot_completed"], 60)
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
            rows = [json.loads(data)["after"] for _, data in road.records("kinesis.inventory.products")]
            versions = [row["version"] for row in rows if row["id"] == 1]
            self.assertEqual(versions[-61:], [*range(2, 62), 61])


if __name__ == "__main__":
    unittest.main(verbosity=2)
