#!/usr/bin/env python3
"""With xmin.fetch.interval.ms, `source.xmin` is the slot's catalog_xmin, and moves on with it."""
import json
import unittest

from road import Road, wait_for

TABLES = """create schema inventory;
create table inventory.products (id integer primary key);
create table inventory.customers (id integer primary key);
"""
STREAM = "kinesis.inventory.products"


class Xmin(unittest.TestCase):
    def test_is_the_slots(self):
        with Road() as road:
            road.sql(TABLES)
            for stream in (STREAM, "kinesis.inventory.customers"):
                road.client("kinesis").create_stream(StreamName=stream, ShardCount=1)
            config = road.properties(extra={"debezium.format.schemas.enable": "false", "debezium.source.xmin.fetch.interval.ms": "50"})
            engine = road.part("engine", "run", "-c", config).start()
            wait_for("the stream", lambda: "streaming" in engine.logged(), 30)
            first = int(road.cluster.ask("select catalog_xmin from pg_replication_slots"))

            def next_event(number):
                road.sql(f"insert into inventory.products values ({number});")
                wait_for("its event", lambda: len(road.records(STREAM)) >= number, 30)
                return json.loads(road.records(STREAM)[-1][1])["source"]
            self.assertGreaterEqual(next_event(1)["xmin"], first)
            self.assertEqual(engine.stop(), 0, engine.logged())


if __name__ == "__main__":
    unittest.main(verbosity=2)
