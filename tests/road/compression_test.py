#!/usr/bin/env python3
"""With compressed records the whole road brings the same events: Kinesis holds frames, the relay undoes them, queue and consumer have
plain text, `verify` reads them, and no tombstone becomes anything else."""
import collections
import subprocess
import unittest

from kill_test import regressions
from road import Road, program, wait_for

STREAM = "kinesis.inventory.products"
MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
TABLE = """create schema inventory;
create table inventory.products (id integer primary key, version integer not null);
create table inventory.customers (id integer primary key);
"""
KEYS, ROUNDS = 20, 30
CHANGES = (f"insert into inventory.products select id, 1 from generate_series(1, {KEYS}) id;\n"
           + "".join(f"update inventory.products set version = {version};\n" for version in range(2, ROUNDS + 1)))
LAST = "delete from inventory.products where id = 1;\n"


class Compression(unittest.TestCase):
    def verify(self, road, config, *arguments):
        done = subprocess.run([program(), "verify", "-c", str(config), *arguments], capture_output=True, text=True, check=False,
                              env=dict(road.environment, PATH="/usr/bin"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def carry(self, how, aggregation):
        with Road() as road:
            road.sql(TABLE)
            config = road.properties(extra={"tidewire.sink.kinesis.compression": how, "tidewire.sink.kinesis.aggregation": aggregation})
            self.assertEqual(road.part("provision", "provision", "-c", config).start().ended(), 0)
            self.verify(road, config, "--begin")
            engine = road.part("engine", "run", "-c", config).start()
            road.part("relay", "relay", "-c", config).start()
            consumer = road.part("consumer", "consume", "-c", config, "--output", "json").start()
            wait_for("the slot", lambda: road.cluster.ask("select count(*) from pg_replication_slots where active") == "1", 30)
            road.sql(CHANGES + LAST)
            wait_for("every change", lambda: len(road.events(consumer)) >= KEYS * ROUNDS + 1, 60, 0.2)
            wait_for("the tombstone", lambda: any(not data for _, data in road.records(STREAM)) or aggregation == "on", 30)
            events, records = road.events(consumer), road.records(STREAM)
            self.assertIn(" 0 missing", self.verify(road, config, "--stream", STREAM, "--end"))
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
            return events, [data for _, data in records]

    def assert_complete(self, events):
        versions = collections.defaultdict(list)
        for event in events:
            if event["after"]:
                versions[event["after"]["id"]].append(event["after"]["version"])
        self.assertEqual({key: sorted(set(seen)) for key, seen in versions.items()},
                         {key: list(range(1, ROUNDS + 1)) for key in range(1, KEYS + 1)})
        self.assertEqual([wrong for seen in versions.values() if (wrong := regressions(seen))], [])
        self.assertEqual([event["before"]["id"] for event in events if event["op"] == "d"], [1])

    def test_each_record_is_a_frame_of_its_value(self):
        events, records = self.carry("zstd", "off")
        self.assert_complete(events)
        self.assertEqual(sum(data.startswith(MAGIC["zstd"]) for data in records), KEYS * ROUNDS + 1)
        self.assertEqual([data for data in records if not data.startswith(MAGIC["zstd"])], [b""])

    def test_each_aggregate_is_a_frame(self):
        events, records = self.carry("zstd", "on")
        self.assert_complete(events)
        self.assertLess(len(records), KEYS * ROUNDS)
        self.assertEqual([data for data in records if data and not data.startswith(MAGIC["zstd"])], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
