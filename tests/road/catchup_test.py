#!/usr/bin/env python3
"""A backlog that is read by SQL before the stream begins (tidewire.catchup=on): the events are those of the stream, in its order, whoever
is killed meanwhile, and whatever is done to its tables; a second engine is kept off; and a sink that takes nothing does not leave a
statement open at the server."""
import json
import shutil
import signal
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
STREAMING = "streaming from slot"
GIVEN_UP = "until the next start the backlog is read from the stream"

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
        wait_for("the stream", lambda: STREAMING in engine.logged(), 60)
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

    def write_alterations(self):
        """Tables that change their shape while rows of all shapes come, each stretch longer than the smallest piece; and what is no row."""
        main, long = self.session(), self.session()
        numbers = iter(range(1000, 1_000_000, 50_000))

        def fill(columns="id, version, note", values="1, repeat(md5(i::text), 12)", count=3_000):
            begin = next(numbers)
            main.run(f"insert into inventory.products ({columns}) select {begin} + i, {values} from generate_series(1, {count}) i")
            main.run(f"update inventory.products set version = version + 1 where id between {begin} and {begin} + 50")

        main.run("insert into inventory.others values (-2, 1)")
        long.run("begin")
        long.run("insert into inventory.others select id, 1 from generate_series(1, 200) id")
        fill()
        main.run("alter table inventory.products add column colour text default 'red', add column price numeric(10, 2) not null default 1.50")
        fill("id, version, note, price", "1, repeat(md5(i::text), 12), i / 4.0")
        main.run("alter table inventory.products alter column version type bigint, alter column price type text using price::text")
        fill("id, version, note, price", "5000000000, repeat(md5(i::text), 12), 'a price'")
        main.run("alter table inventory.products rename column note to remark")
        main.run("select pg_logical_emit_message(true, 'within', 'a message')")
        fill("id, version, remark", "1, repeat(md5(i::text), 12)", count=40_000)     # larger than any piece yet
        long.run("update inventory.others set version = 2")
        main.run("select pg_logical_emit_message(false, 'without', 'another message')")
        main.run("create table inventory.latecomers (name text primary key, at timestamptz)")
        main.run("insert into inventory.latecomers select 'late ' || i, '2024-01-01 00:00+00' from generate_series(1, 100) i")
        main.run("alter table inventory.products drop column colour")
        fill("id, version, remark", "1, repeat(md5(i::text), 12)")
        main.run("select pg_replication_origin_create('elsewhere')")
        main.run("select pg_replication_origin_session_setup('elsewhere')")
        fill("id, version, remark", "1, repeat(md5(i::text), 12)")
        main.run("select pg_replication_origin_session_reset()")
        main.run("alter table inventory.products replica identity full")
        main.run("delete from inventory.products where id % 20 = 0")
        main.run("truncate inventory.latecomers, inventory.products")
        long.run("commit")
        main.run("alter table inventory.products drop constraint products_pkey, add primary key (id, version)")
        fill("id, version, remark", "1, repeat(md5(i::text), 12)")
        main.run("drop table inventory.latecomers")
        main.run("insert into inventory.others values (0, 1)")

    def test_tables_that_change_and_what_is_no_row_come_as_in_the_stream(self):
        more = {**STDOUT, "debezium.source.skipped.operations": "none"}
        if int(self.road.cluster.ask("show server_version_num")) >= 160_000:
            more["debezium.source.slot.stream.params"] = "origin=none"
        for slot in ("streamed", "caught"):
            self.make_slot(slot, **more)
        self.write_alterations()
        streamed, caught = self.engine("streamed", "off", **more), self.engine("caught", "on", **more)
        self.wait_durable("streamed", "caught")
        for engine in (streamed, caught):
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        self.assertEqual(caught.logged().count(BY_SQL), 1)
        expected, found = [by_stream(plain(line) for line in engine.lines() if '"id":-2,' not in line) for engine in (streamed, caught)]
        for stream, count in {"products": 55_000, "others": 401, "latecomers": 101}.items():
            self.assertGreaterEqual(len(expected[f"kinesis.inventory.{stream}"]), count, stream)
        self.assertEqual(len(expected["kinesis.message"]), 2)
        self.assertEqual(sum('"op": "t"' in event for events in expected.values() for event in events), 2)
        assert_same(self, expected, found)

    def test_a_second_engine_is_kept_off_until_the_first_one_ends(self):
        self.make_slot("caught", **STDOUT)
        self.session().run(FILL)
        own = {**STDOUT, "debezium.source.offset.storage.file.filename": str(self.road.folder / "own" / "offsets"),
               "debezium.source.snapshot.mode": "never", "debezium.source.slot.retry.delay.ms": "100"}
        first = self.engine("caught", "on", "first", **STDOUT)
        wait_for("the backlog", lambda: BY_SQL in first.logged(), 60, 0.01)
        first.process.send_signal(signal.SIGSTOP)
        active = "select coalesce(active_pid, 0) from pg_replication_slots where slot_name = 'caught'"
        held = self.road.cluster.ask(active)     # 0, unless it was stopped late
        seconds = [self.engine("caught", mode, f"second-{mode}", **own) for mode in ("off", "on")]
        for second in seconds:
            wait_for("its refusal", lambda: "is in use by process" in second.logged(), 60)
        self.assertIn(self.road.cluster.ask(active), ("0", held), "neither of the others has taken it")
        first.process.send_signal(signal.SIGCONT)
        self.wait_durable("caught")
        wait_for("the stream", lambda: STREAMING in first.logged(), 60)
        self.assertEqual([second.lines() for second in seconds], [[], []])
        self.assertEqual(len([line for line in first.lines() if '"op":"c"' in line]), 45_000)
        self.assertEqual(first.stop(), 0)
        wait_for("a second one's turn", lambda: any(STREAMING in second.logged() for second in seconds), 60)
        for second in seconds:
            self.assertEqual(second.stop(), 0)

    def make_narrow_role(self):
        """A role that may do what the engine needs, and is not above the limits."""
        self.road.sql("create role narrow login replication; grant usage on schema inventory to narrow;"
                      "grant select on all tables in schema inventory to narrow;")
        return {**STDOUT, "debezium.source.database.user": "narrow", "tidewire.slot.watch.interval": "0"}

    def test_connections_that_are_refused_for_now_are_tried_again(self):
        self.make_slot("caught", **STDOUT)
        self.session().run(FILL)
        narrow = self.make_narrow_role()
        self.road.sql("alter role narrow connection limit 2")
        engine = self.engine("caught", "on", **narrow)
        wait_for("the refusal", lambda: "too many connections for role" in engine.logged(), 60)
        self.road.sql("alter role narrow connection limit -1")
        wait_for("the backlog", lambda: BY_SQL in engine.logged(), 60)
        self.wait_durable("caught")
        self.assertEqual(engine.stop(), 0)
        self.assertNotIn(GIVEN_UP, engine.logged())

    def test_connections_that_are_refused_for_good_leave_the_backlog_to_the_stream(self):
        self.make_slot("caught", **STDOUT)
        self.session().run(FILL)
        narrow = self.make_narrow_role()
        self.road.sql("alter role narrow connection limit 2")
        engine = self.engine("caught", "on", **narrow)
        self.wait_durable("caught")
        self.assertEqual(engine.stop(), 0)
        self.assertNotIn(BY_SQL, engine.logged())
        self.assertEqual(engine.logged().count(GIVEN_UP), 1)

    def test_what_the_role_may_not_do_is_not_tried_again(self):
        self.make_slot("caught", **STDOUT)
        self.session().run(FILL)
        narrow = self.make_narrow_role()
        self.road.sql("revoke execute on function pg_copy_logical_replication_slot(name, name, boolean) from public")
        engine = self.engine("caught", "on", **narrow)
        self.wait_durable("caught")
        self.assertEqual(engine.stop(), 0)
        self.assertNotIn("trying again", engine.logged())
        self.assertRegex(engine.logged(), f"permission denied for function pg_copy_logical_replication_slot .*{GIVEN_UP}")

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
