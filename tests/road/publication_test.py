#!/usr/bin/env python3
"""A publication that was dropped and made anew while the engine was behind: the stream cannot pass that place of the log, the engine says what
that means, and each of the two ways out that it names works."""
import json
import unittest

from road import Road, wait_for

TABLE = """create schema inventory;
create table inventory.products (id integer primary key);
"""
PUBLISH = "create publication dbz_publication for all tables;"
STREAM = "kinesis.inventory.products"


class Publication(unittest.TestCase):
    def rows(self, road):
        return [(event["op"], event["after"]["id"]) for event in (json.loads(data) for _, data in road.records(STREAM))]

    def stuck(self, road):
        """An engine that has read row 1 and cannot get to row 3, as row 2 stands before it; stopped when it has said so."""
        road.sql(TABLE + PUBLISH)
        road.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
        config = road.properties(extra={"debezium.format.schemas.enable": "false", "debezium.source.publication.autocreate.mode": "disabled"})
        engine = road.part("engine", "run", "-c", config).start()
        wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 30)
        road.sql("insert into inventory.products values (1);")
        wait_for("row 1", lambda: self.rows(road) == [("c", 1)], 30)
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        road.sql("drop publication dbz_publication; insert into inventory.products values (2);" + PUBLISH + "insert into inventory.products values (3);")
        engine.start()
        wait_for("the meaning", lambda: "waiting will not help" in engine.logged(), 60)
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        self.assertEqual(self.rows(road), [("c", 1)])
        return engine

    def test_a_slot_that_is_moved_behind_the_place_goes_on_from_there(self):
        with Road() as road:
            engine = self.stuck(road)
            road.sql("select pg_replication_slot_advance('debezium', pg_current_wal_lsn());")
            engine.start()
            road.sql("insert into inventory.products values (4);")
            wait_for("row 4", lambda: self.rows(road)[-1:] == [("c", 4)], 30)
            self.assertEqual(self.rows(road), [("c", 1), ("c", 4)])
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def test_a_captured_table_that_is_not_published_is_told(self):
        with Road() as road:
            road.sql(TABLE + "create table inventory.customers (id integer primary key); create publication dbz_publication for table inventory.products;")
            road.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
            engine = road.part("engine", "run", "-c", road.properties()).start()
            wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 30)
            said = [line for line in engine.logged().splitlines() if "changes there do not come" in line]
            self.assertEqual(len(said), 1, engine.logged())
            self.assertIn('publication dbz_publication does not have inventory.customers: ', said[0])
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def test_a_new_slot_comes_with_a_snapshot(self):
        with Road() as road:
            engine = self.stuck(road)
            road.sql("select pg_drop_replication_slot('debezium');")
            engine.start()
            wait_for("the snapshot", lambda: len(self.rows(road)) == 4, 30)
            self.assertEqual(self.rows(road), [("c", 1), ("r", 1), ("r", 2), ("r", 3)])
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
