#!/usr/bin/env python3
"""Transactions that the server streams while they run (tidewire.postgres.streaming=on): the events are those that come without, in the same
order, whatever ends the transactions and whoever is killed meanwhile; and the server keeps next to nothing
of them on its own disk."""
import collections
import json
import shutil
import time
import unittest

from changes import Session, assert_same, by_stream, plain, whole_lines, without_order
from road import Road, wait_for

TABLES = """create schema inventory;
create table inventory.products (id integer primary key, version integer not null, note text);
create table inventory.customers (id integer primary key, name text, photo text);
alter table inventory.customers alter photo set storage external;
create table inventory.others (id integer primary key, version integer not null);
"""
LAST = 999_999        # the id of the row that ends a workload: small, and after all that is large
EXTRA = {"debezium.sink.type": "stdout", "debezium.format.schemas.enable": "false", "debezium.source.table.include.list": "inventory[.].*",
         "debezium.source.provide.transaction.metadata": "true", "tidewire.sink.ordering": "stream", "tidewire.memory.budget": "4MiB"}


def rows(first, count, version=1):
    return f"select id, {version}, repeat(md5(id::text), 4) from generate_series({first}, {first + count - 1}) id"


def workload(session, others):
    """`session` is told the large transactions, `others` have theirs between and beside them."""
    small = others[0]
    insert = "insert into inventory.products "

    # Savepoints: one kept, one rolled back after much of it was sent, and one within another.
    session.run("begin")
    session.run(insert + rows(1, 2000))
    small.run("insert into inventory.others values (1, 1)")
    session.run("savepoint a")
    session.run(insert + rows(10_001, 1500))
    session.run("rollback to a")
    small.run("insert into inventory.others values (2, 1)")
    session.run("savepoint b")
    session.run("update inventory.products set version = 2 where id <= 1000")
    session.run("savepoint c")
    session.run("delete from inventory.products where id <= 500")
    session.run("rollback to c")
    session.run("release b")
    session.run("update inventory.products set id = id + 5000 where id > 1900")
    session.run("commit")

    # Rolled back as a whole, and beside it one that is not; both large.
    session.run("begin")
    session.run(insert + rows(20_001, 2000))
    others[1].run("begin")
    others[1].run(f"insert into inventory.others select id, 1 from generate_series(1001, 4000) id")
    session.run(insert + rows(22_001, 1000))
    small.run("insert into inventory.others values (3, 1)")
    others[1].run(f"update inventory.others set version = 2 where id > 1000")
    session.run("rollback")
    others[1].run("commit")

    # Columns that come and go within; and a table that is made there. One savepoint's column never was.
    session.run("begin")
    session.run(insert + rows(30_001, 1500))
    session.run("savepoint a")
    session.run("alter table inventory.products add column never integer default 7")
    session.run("update inventory.products set never = 8 where id <= 1500")
    session.run("rollback to a")
    session.run("alter table inventory.products add column colour text default 'red'")
    session.run("update inventory.products set colour = 'blue' where id <= 1500")
    session.run("create table inventory.fresh (id integer primary key, t timestamptz)")
    session.run("insert into inventory.fresh select id, '2026-01-31' from generate_series(1, 1500) id")
    small.run("insert into inventory.others values (4, 1)")
    session.run("commit")
    small.run("insert into inventory.products values (40000, 1, 'after', 'green')")

    # Values that stand apart, unchanged and changed; a message; a table emptied.
    photo = "(select string_agg(md5(i::text), '') from generate_series(id, id + 200) i)"
    session.run("begin")
    session.run(f"insert into inventory.customers select id, 'a', {photo} from generate_series(1, 60) id")
    session.run("update inventory.customers set name = 'b'")
    session.run("select pg_logical_emit_message(true, 'within', 'a message')")
    small.run("select pg_logical_emit_message(false, 'beside', 'another')")
    session.run(f"update inventory.customers set photo = photo || 'x' where id <= 20")
    session.run(insert + rows(50_001, 1500))
    session.run("truncate inventory.fresh")
    session.run("insert into inventory.fresh select id, null from generate_series(1, 1500) id")
    session.run("commit")

    # All that was large of it was rolled back.
    session.run("begin")
    session.run("savepoint a")
    session.run(insert + rows(60_001, 2000))
    session.run("rollback to a")
    session.run("commit")
    small.run(f"insert into inventory.others values ({LAST}, 1)")


class Streaming(unittest.TestCase):
    def setUp(self):
        self.road = self.enterContext(Road())
        self.road.cluster.set(logical_decoding_work_mem="64kB")
        self.road.sql(TABLES)
        self.sessions = []

    def tearDown(self):
        for session in self.sessions:
            session.close()

    def session(self):
        self.sessions.append(Session(self.road))
        return self.sessions[-1]

    def engine(self, slot, mode, name=None, **more):
        config = self.road.properties(extra={**EXTRA, "debezium.source.slot.name": slot, "tidewire.postgres.streaming": mode,
                                             "debezium.source.offset.storage.file.filename": str(self.road.folder / slot / "offsets"), **more})
        own = self.road.folder / f"{name or slot}.properties"
        shutil.copy(config, own)
        return self.road.part(name or slot, "run", "-c", own).start()

    def wait_streaming(self, *engines):
        for engine in engines:
            wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 60)

    def wait_durable(self, *slots, seconds=120):
        """Until all that was committed by now is at the sink."""
        end = self.road.cluster.ask("select pg_current_wal_insert_lsn()")
        for slot in slots:
            wait_for(f"all of {slot}", lambda: self.road.cluster.ask(
                f"select confirmed_flush_lsn >= '{end}' from pg_replication_slots where slot_name = '{slot}'") == "t", seconds, 0.2)

    def figure(self, column, slot):
        return int(self.road.cluster.ask(f"select {column} from pg_stat_replication_slots where slot_name = '{slot}'") or 0)

    def test_events_and_their_order_are_those_without(self):
        whole, streamed = self.engine("whole", "off"), self.engine("streamed", "on")
        self.wait_streaming(whole, streamed)
        workload(self.session(), [self.session(), self.session()])
        self.wait_durable("whole", "streamed")
        for engine in (whole, streamed):
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        expected, found = [by_stream(plain(line) for line in engine.lines()) for engine in (whole, streamed)]
        self.assertGreater(sum(map(len, expected.values())), 15_000)
        assert_same(self, expected, found)
        wait_for("the server's figures", lambda: self.figure("stream_txns", "streamed") >= 5, 30)
        # In the middle of a row with values that stand apart the server cannot stream, and spills.
        self.assertLess(self.figure("spill_bytes", "streamed"), self.figure("spill_bytes", "whole") / 2)
        self.assertEqual([path.name for path in (self.road.folder / "streamed").iterdir() if "spill" in path.name], [])

    def test_killed_again_and_again_it_loses_nothing_and_inverts_nothing(self):
        whole, part = self.engine("whole", "off"), self.engine("streamed", "on", "streamed-0")
        self.wait_streaming(whole, part)
        parts = [part]

        def kill():
            parts[-1].kill()
            parts.append(self.engine("streamed", "on", f"streamed-{len(parts)}"))

        large, small = self.session(), self.session()
        large.run("begin")
        large.run("insert into inventory.products " + rows(1, 20_000))
        small.run("insert into inventory.others values (1, 1)")
        wait_for("what others change", lambda: any('"after":{"id":1,' in line for line in parts[-1].lines()), 60)
        kill()                                                     # while it runs
        self.wait_streaming(parts[-1])
        large.run("update inventory.products set version = 2")
        large.run("commit")
        wait_for("its first events", lambda: len(parts[-1].lines()) > 1000, 60)
        kill()                                                     # while it is handed out
        large.run("begin")
        large.run("insert into inventory.products " + rows(50_001, 5_000))
        self.wait_streaming(parts[-1])
        small.run("insert into inventory.others values (2, 1)")
        large.run("commit")
        time.sleep(0.2)
        kill()                                                     # anywhere
        small.run(f"insert into inventory.others values ({LAST}, 1)")
        self.wait_durable("whole", "streamed")
        for engine in (whole, parts[-1]):
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

        expected = by_stream(without_order(line) for line in whole.lines())
        arrived = dict.fromkeys(without_order(line) for engine in parts for line in whole_lines(engine))
        found = by_stream(arrived)  # the first time that each arrived
        self.assertEqual(expected.keys(), found.keys())
        for stream, events in expected.items():
            self.assertEqual(len(set(events)), len(events), stream)
            self.assertTrue(events == found[stream], stream)

    def test_a_table_that_cannot_be_looked_up_at_the_commit_is_looked_up_again(self):
        engine = self.engine("streamed", "on")
        self.wait_streaming(engine)
        large, small = self.session(), self.session()
        small.run("insert into inventory.others values (0, 1)")
        wait_for("the first event", lambda: any('"after":{"id":0,' in line for line in engine.lines()), 60)    # the catalogue is connected
        large.run("begin")
        large.run("insert into inventory.products " + rows(1, 2000))
        small.run("insert into inventory.others values (1, 1)")
        wait_for("what others change", lambda: any('"after":{"id":1,' in line for line in engine.lines()), 60)
        small.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidewire' and backend_type = 'client backend'")
        large.run("commit")
        small.run(f"insert into inventory.others values ({LAST}, 1)")
        self.wait_durable("streamed")
        self.assertEqual(engine.stop(), 0)
        ids = [event["value"]["after"]["id"] for line in engine.lines() if "after" in (event := json.loads(line))["value"] and
               "products" in event["stream"]]
        self.assertEqual(len(set(ids)), 2000)

    def test_beyond_the_spill_file_the_server_keeps_them(self):
        engine = self.engine("streamed", "on", **{"tidewire.spill.max": "1MiB"})
        self.wait_streaming(engine)
        large, small = self.session(), self.session()
        large.run("begin")
        large.run("insert into inventory.products " + rows(1, 20_000))
        wait_for("the word", lambda: "tidewire.spill.max" in engine.logged(), 60)
        small.run("insert into inventory.others values (1, 1)")
        large.run("commit")
        small.run(f"insert into inventory.others values ({LAST}, 1)")
        self.wait_durable("streamed")
        self.assertEqual(engine.stop(), 0)
        ids = [event["value"]["after"]["id"] for line in engine.lines() if "after" in (event := json.loads(line))["value"]]
        self.assertEqual(collections.Counter(ids), collections.Counter([1, *range(1, 20_001), LAST]))

    def test_a_message_in_a_savepoint_that_was_rolled_back_is_not_sent(self):
        engine = self.engine("streamed", "on")
        self.wait_streaming(engine)
        large, small = self.session(), self.session()
        large.run("begin")
        large.run("insert into inventory.products " + rows(1, 1000))
        large.run("select pg_logical_emit_message(true, 'kept', '')")
        large.run("savepoint a")
        large.run("select pg_logical_emit_message(true, 'lost', '')")
        large.run("insert into inventory.products " + rows(2001, 2000))
        large.run("rollback to a")
        large.run("commit")
        small.run(f"insert into inventory.others values ({LAST}, 1)")
        self.wait_durable("streamed")
        self.assertEqual(engine.stop(), 0)
        values = [json.loads(line)["value"] for line in engine.lines()]
        self.assertEqual([value["message"]["prefix"] for value in values if "message" in value], ["kept"])
        self.assertEqual(sum("after" in value for value in values), 1001)


if __name__ == "__main__":
    unittest.main(verbosity=2)
