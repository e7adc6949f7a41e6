#!/usr/bin/env python3
"""A captured table in which nothing happens, while others are busy: the slot's position moves on, or the server would keep its log for ever."""
import threading
import unittest

from road import Road, wait_for

TABLES = """create schema inventory;
create table inventory.products (id integer primary key, name text);
create schema other;
create table other.busy (id bigserial primary key, filler text);
"""


class Idle(unittest.TestCase):
    def position(self, road):
        return road.cluster.ask("select confirmed_flush_lsn from pg_replication_slots")

    def behind(self, road, position):
        return float(road.cluster.ask(f"select '{position}'::pg_lsn - confirmed_flush_lsn from pg_replication_slots")) > 0

    def follow(self, work, **more):
        """The position moves while `work` goes on, and in the end reaches the log's end; nothing is published."""
        with Road() as road:
            road.sql(TABLES)
            road.client("kinesis").create_stream(StreamName="kinesis.inventory.products", ShardCount=1)
            # short reports, so that "moves on" need not be waited for
            config = road.properties(extra={"debezium.source.status.update.interval.ms": "500", **more})
            engine = road.part("engine", "run", "-c", config).start()
            wait_for("the slot", lambda: road.cluster.ask("select count(*) from pg_replication_slots where active") == "1", 30)
            wait_for("its first position", lambda: self.position(road) not in ("", None), 15)
            over = threading.Event()
            working = threading.Thread(target=self.work_until, args=(road, work, over))
            working.start()
            try:
                for _ in range(3):
                    now = road.cluster.ask("select pg_current_wal_flush_lsn()")
                    wait_for(f"the position to pass {now} while others are busy", lambda: not self.behind(road, now), 20)
            finally:
                over.set()
                working.join()
            end = road.cluster.ask("select pg_current_wal_flush_lsn()")
            wait_for("the position to reach the end", lambda: not self.behind(road, end), 20)
            self.assertEqual(road.records("kinesis.inventory.products"), [])
            road.sql("insert into inventory.products values (1, 'late')")
            wait_for("the one change", lambda: len(road.records("kinesis.inventory.products")) == 1, 20)
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    @staticmethod
    def work_until(road, work, over):
        while not over.is_set():
            work(road)

    def test_the_position_follows_the_log_of_another_database(self):
        def work(road):
            road.sql("create table if not exists busy (id bigserial primary key, filler text); "
                     "insert into busy (filler) select repeat('x', 100) from generate_series(1, 500)", "postgres")
        self.follow(work)

    def test_the_position_follows_the_changes_of_a_table_that_is_not_captured(self):
        def work(road):
            road.sql("insert into other.busy (filler) select repeat('x', 100) from generate_series(1, 500)")
        self.follow(work)

    def test_the_position_follows_the_changes_of_a_table_that_is_not_published(self):
        def work(road):
            road.sql("insert into other.busy (filler) select repeat('x', 100) from generate_series(1, 500)")
        self.follow(work, **{"debezium.source.publication.autocreate.mode": "filtered"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
