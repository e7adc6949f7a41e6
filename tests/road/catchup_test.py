#!/usr/bin/env python3
"""A backlog that is read by SQL before the stream begins (tidewire.catchup=on): the events are those of the stream, in its order, whoever
is killed meanwhile; and a sink that takes nothing does not leave a statement open at the server."""
import json
import shutil
import unittest

from changes import Session, assert_same, by_stream, plain, whole_lines, without_order
from road import Road, wait_for

TABLES = """create schema inventory;
create table inventory.products (id integer primary key, version integer not null, note text);
create table inventory.others (id integer primary key, version integer not null);
"""
STDOUT = {"debezium.sink.type": "stdout", "debezium.source.provide.transaction.metadata": "true"}
EXTRA = {"debezium.format.schemas.enable": "false", "debezium.source.table.include.list": "inventory[.].*",
         "tidewire.sink.ordering": "stream", "tidewire.memory.budget": "4MiB", "tidewire.catchup.threshold": "1MiB"}
BY_SQL = "reading by SQL from"

# More than two pieces of 16 MiB, in transactions of a hundred rows.
FILL = """do $$ begin for n in 1..450 loop
  insert into inventory.products select n * 100 + i, 1, repeat(md5(i::text), 12) from generate_series(1, 100) i;
  commit;
end loop; end $$"""
CHANGE = """do $$ begin for n in 1..450 loop
  update inventory.products set version = n where id between n * 100 + 1 and n * 100 + 100;
  commit;
end loop; end $$"""


class CatchUp(unittest.TestCase):
    def setUp(self):
        self.road = self.enterContext(Road())
        self.road.sql(TABLES)

    def engine(self, slot, mode, name=None, **more):
        config = self.road.properties(extra={**EXTRA, "debezium.source.slot.name": slot, "tidewire.catchup": mode,
                                             "debezium.source.offset.storage.file.filename": str(self.road.folder / slot / "offsets"), **more})
        own = self.road.folder / f"{name or slot}.properties"
        shutil.copy(config, own)
        return self.road.part(name or slot, "run", "-c", own).start()

    def make_slot(self, slot, **more):
        engine = self.engine(slot, "off", f"{slot}-first", **more)
        wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 60)
        self.assertEqual(engine.stop(), 0)

    def session(self):
        made = Session(self.road)
        self.addCleanup(made.close)
        return made

    def write_backlog(self):
        """Transactions that are open over several pieces, rolled back in part and as a whole; a column that comes; a message."""
        main, long, lost = self.session(), self.session(), self.session()
        main.run("insert into inventory.others values (-2, 1)")
        for one in (long, lost):
            one.run("begin")
            one.run(f"insert into inventory.others select {1 if one is long else 10_000} + id, 1 from generate_series(1, 2000) id")
        main.run(FILL)
        long.run("savepoint a")
        long.run("update inventory.others set version = 2")
        main.run("alter table inventory.products add column colour text default 'red'")
        long.run("rollback to a")
        main.run("select pg_logical_emit_message(true, 'within', 'a message')")
        main.run(CHANGE)
        long.run("update inventory.others set version = 3 where id < 100")
        lost.run("rollback")
        long.run("commit")
        main.run("delete from inventory.products where id % 10 = 0")
        main.run("insert into inventory.others values (0, 1)")

    def wait_durable(self, *slots):
        end = self.road.cluster.ask("select pg_current_wal_insert_lsn()")
        for slot in slots:
            wait_for(f"all of {slot}", lambda: self.road.cluster.ask(
                f"select confirmed_flush_lsn >= '{end}' from pg_replication_slots where slot_name = '{slot}'") == "t", 240, 0.2)

    def test_events_and_their_order_are_those_of_the_stream(self):
        for slot in ("streamed", "caught"):
            self.make_slot(slot, **STDOUT)
        self.write_backlog()
        streamed, caught = self.engine("streamed", "off", **STDOUT), self.engine("caught", "on", **STDOUT)
        self.wait_durable("streamed", "caught")
        self.session().run("insert into inventory.others values (-1, 1)")     # and on with the stream
        self.wait_durable("streamed", "caught")
        for engine in (streamed, caught):
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        self.assertNotIn(BY_SQL, streamed.logged())
        self.assertEqual(caught.logged().count(BY_SQL), 1)
        # The first one tells of the commit before it, which is where its engine was stopped.
        expected, found = [by_stream(plain(line) for line in engine.lines() if '"id":-2,' not in line) for engine in (streamed, caught)]
        self.assertGreater(sum(map(len, expected.values())), 95_000)
        assert_same(self, expected, found)

    def test_killed_again_and_again_it_loses_nothing_and_inverts_nothing(self):
        for slot in ("streamed", "caught"):
            self.make_slot(slot, **STDOUT)
        self.write_backlog()
        streamed = self.engine("streamed", "off", **STDOUT)
        parts = []
        for number, events in enumerate((1, 20_000, 100)):
            parts.append(self.engine("caught", "on", f"caught-{number}", **STDOUT))
            wait_for("events", lambda: len(parts[-1].lines()) > events, 60, 0.01)
            parts[-1].kill()
        parts.append(self.engine("caught", "on", "caught-last", **STDOUT))
        self.wait_durable("streamed", "caught")
        for engine in (streamed, parts[-1]):
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        self.assertIn(BY_SQL, parts[0].logged())
        expected = by_stream(without_order(line) for line in streamed.lines())
        arrived = dict.fromkeys(without_order(line) for engine in parts for line in whole_lines(engine))
        assert_same(self, expected, by_stream(arrived))      # the first time that each arrived

    def test_without_a_sink_no_statement_is_left_open(self):
        self.make_slot("caught")
        local = self.road.parts[0]
        local.kill()
        self.session().run(FILL)
        engine = self.engine("caught", "on")
        wait_for("the word of it", lambda: "the sink takes nothing" in engine.logged(), 60)
        wait_for("its end", lambda: self.road.cluster.ask(
            "select count(*) from pg_stat_activity where state = 'active' and query ~ '^COPY'") == "0", 60)
        wait_for("the copy's end", lambda: self.road.cluster.ask("select count(*) from pg_replication_slots") == "1", 60)
        local.start()
        wait_for("the local AWS", self.road.aws_listens, 15)
        self.road.client("kinesis").create_stream(StreamName="kinesis.inventory.products", ShardCount=2)
        self.wait_durable("caught")
        self.assertEqual(engine.stop(), 0)
        ids = [json.loads(data)["after"]["id"] for _, data in self.road.records("kinesis.inventory.products")]
        self.assertEqual(sorted(set(ids)), list(range(101, 45_101)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
