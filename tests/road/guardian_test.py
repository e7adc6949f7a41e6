#!/usr/bin/env python3
"""The slot and its server change under the engine: a promotion, a slot that somebody else moved, a slot that was lost. No range is skipped
in silence."""
import pathlib
import re
import struct
import sys
import unittest
import urllib.request

from road import TESTS, Road, free_port, wait_for

sys.path.insert(0, str(TESTS / "torture"))
from proxy import Proxy  # noqa: E402

STREAM = "kinesis.inventory.products"
TABLE = """create schema inventory;
create table inventory.products (id integer primary key, filler text);
"""


class Guardian(unittest.TestCase):
    def start(self, road, **more):
        road.sql(TABLE)
        road.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
        config = road.properties(extra={"tidewire.slot.watch.interval": "500ms", "debezium.format.schemas.enable": "false", **more})
        engine = road.part("engine", "run", "-c", config).start()
        wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 30)
        return engine

    def insert(self, road, first, last, filler=10):
        road.sql(f"insert into inventory.products select i, repeat('x', {filler}) from generate_series({first}, {last}) i")

    def arrived(self, road, count):
        wait_for(f"{count} records", lambda: len(road.records(STREAM)) >= count, 60)

    def test_a_promoted_server_is_followed(self):
        with Road() as road:
            engine = self.start(road)
            self.insert(road, 1, 10)
            self.arrived(road, 10)
            road.cluster.ctl("stop")
            (pathlib.Path(road.cluster.data) / "standby.signal").touch()
            road.cluster.ctl("start")
            wait_for("the promotion", lambda: road.cluster.ask("select pg_promote()") == "t", 30)
            wait_for("the checkpoint that ends recovery", lambda: road.cluster.ask("select timeline_id from pg_control_checkpoint()") == "2", 60)
            wait_for("the database", lambda: road.cluster.ask("select not pg_is_in_recovery()") == "t", 30)
            self.insert(road, 11, 20)
            self.arrived(road, 20)
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
            self.assertIn('"timeline":2', (road.folder / "offsets.dat.tidewire").read_text())

    def test_a_fast_shutdown_does_not_wait_for_a_dead_sink(self):
        with Road() as road:
            engine = self.start(road)
            road.parts[0].kill()
            self.insert(road, 1, 1000)
            wait_for("the outage", lambda: "takes nothing" in engine.logged(), 30)
            road.cluster.ctl("stop")      # pg_ctl waits long, and then fails
            wait_for("the word", lambda: "trying again until it works" in engine.logged(), 30)
            road.cluster.ctl("start")
            wait_for("the stream", lambda: engine.logged().count("streaming from slot") == 2, 60)
            self.assertTrue(engine.alive())
            engine.stop()

    def test_a_slot_that_somebody_else_moved_is_told(self):
        with Road() as road:
            proxy = Proxy(road.cluster.port)
            try:
                engine = self.start(road, **{"debezium.source.database.port": proxy.port})
                self.insert(road, 1, 10)
                self.arrived(road, 10)
                proxy.refusing = True
                proxy.cut()
                wait_for("the slot to be free", lambda: road.cluster.ask("select active from pg_replication_slots") == "f", 30)
                self.insert(road, 11, 20)
                moved = self.advance(road)
                proxy.heal()
                wait_for("the word", lambda: "somebody else moved replication slot" in engine.logged(), 60)
                self.assertRegex(engine.logged(), rf"from \S+ to {re.escape(moved)}: the changes between were not read")
                self.insert(road, 21, 21)
                self.arrived(road, 11)
                engine.stop()
            finally:
                proxy.close()

    def test_a_warning_that_changes_are_passed_over_ends_the_stream(self):
        """What PostgreSQL 18 says where earlier versions end the stream: the publication is missing. Said by a proxy, as 15 is tested."""
        fields = b"".join(kind + text + b"\0" for kind, text in (
            (b"S", b"WARNING"), (b"V", b"WARNING"), (b"C", b"55000"), (b"M", b'skipped loading publication "dbz_publication"')))
        with Road() as road:
            proxy = Proxy(road.cluster.port)
            try:
                engine = self.start(road, **{"debezium.source.database.port": proxy.port, "tidewire.slot.watch.interval": "1h"})
                self.insert(road, 1, 10)
                self.arrived(road, 10)
                proxy.say(b"N" + struct.pack(">i", len(fields) + 5) + fields + b"\0")
                wait_for("the word", lambda: 'cannot stream from replication slot "debezium": skipped loading publication' in engine.logged(), 30)
                self.insert(road, 11, 11)
                self.arrived(road, 11)
                engine.stop()
            finally:
                proxy.close()

    def advance(self, road):
        road.sql("select pg_replication_slot_advance('debezium', pg_current_wal_flush_lsn())")
        return road.cluster.ask("select confirmed_flush_lsn from pg_replication_slots")

    def test_a_slot_that_is_lost_is_told_with_its_range(self):
        with Road() as road:
            port = free_port()
            engine = self.start(road, **{"quarkus.http.port": port})
            road.cluster.set(max_slot_wal_keep_size="32MB", max_wal_size="32MB")
            wait_for("the limit", lambda: self.figure(port, "tidewire_slot_safe_bytes") > 0, 30)
            road.parts[0].kill()
            for turn in range(40):
                self.insert(road, turn * 10_000 + 1, turn * 10_000 + 10_000, 300)
                road.sql("checkpoint")
                if "is lost: the server removed log" in engine.logged():
                    break
            wait_for("the word", lambda: "is lost: the server removed log" in engine.logged(), 30)
            self.assertRegex(engine.logged(), r"the changes after [0-9A-F]+/[0-9A-F]+ cannot be had from it")
            wait_for("the figure", lambda: self.figure(port, "tidewire_slot_risk") == 4, 30)
            self.assertTrue(engine.alive())
            engine.stop()

    def figure(self, port, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            return float(re.search(rf"^{name} (\S+)$", answer.read().decode(), re.M)[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
