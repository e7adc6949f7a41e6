#!/usr/bin/env python3
"""tidewire.sink.ordering.keyless: inserts into a table of which nothing else can come share requests, in their order or in none, and all else
without a key goes one after another; when such a table's rows can change from some place of the log on, its inserts before have arrived first."""
import json
import re
import signal
import time
import unittest
import urllib.request

from road import Road, free_port, wait_for

TABLES = """create schema inventory;
create table inventory.log (id integer, version integer not null);
create table inventory.signals (id text primary key, type text, data text);
create table inventory.counters (id integer, version integer not null);
alter table inventory.counters replica identity full;
"""
ROWS, COUNTERS = 900, 40


class Keyless(unittest.TestCase):
    def engine(self, road, port, setup="", **more):
        road.sql(TABLES + setup)
        for table in ("log", "counters", "signals"):
            self.until_made(road, f"kinesis.inventory.{table}")
        config = road.properties(extra={"debezium.source.table.include.list": "inventory.log,inventory.counters",
                                        "debezium.format.schemas.enable": "false", "quarkus.http.port": port,
                                        "tidewire.sink.ordering.keyless": "none", **more})
        part = road.part("engine", "run", "-c", config).start()
        wait_for("the stream", lambda: "streaming from slot" in part.logged(), 30)
        return part

    @staticmethod
    def until_made(road, stream):
        """The faults that a test asked for strike its own requests as well."""
        def made():
            try:
                road.client("kinesis").create_stream(StreamName=stream, ShardCount=1)
            except road.client("kinesis").exceptions.ResourceInUseException:
                pass
            except Exception:
                return False
            return True
        wait_for(stream, made, 30)

    @staticmethod
    def figure(port, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            return int(float(re.search(rf"^{name} (\S+)$", answer.read().decode(), re.M)[1]))

    def until_read(self, port, changes):
        """The engine has them, and what it cannot send waits."""
        wait_for("the changes read", lambda: self.figure(port, "tidewire_changes_read_total") >= changes, 60)

    def requests_for(self, road, port, records, sql, waiting=False):
        """How many requests it took until the records of these changes had been taken; all of them at once, where they wait before."""
        sent, requests = self.figure(port, "tidewire_records_published_total"), self.figure(port, "tidewire_requests_total")
        if waiting:
            road.parts[0].process.send_signal(signal.SIGSTOP)
        road.sql(sql)
        if waiting:
            self.until_read(port, sent + records)
            road.parts[0].process.send_signal(signal.SIGCONT)
        wait_for(f"{records} records", lambda: self.figure(port, "tidewire_records_published_total") >= sent + records, 60)
        return self.figure(port, "tidewire_requests_total") - requests

    def test_inserts_share_requests_and_what_may_change_goes_one_at_a_time(self):
        for keyless in ("request", "none"):
            with self.subTest(keyless), Road() as road:
                self.shares(road, keyless)

    def shares(self, road, keyless):
        port = free_port()
        part = self.engine(road, port, **{"tidewire.sink.ordering.keyless": keyless})
        shared = self.requests_for(road, port, ROWS, f"insert into inventory.log select id, 1 from generate_series(1, {ROWS}) id;", waiting=True)
        self.assertLess(shared, ROWS // 10)
        alone = self.requests_for(road, port, 2 * COUNTERS, f"insert into inventory.counters select id, 1 from generate_series(1, {COUNTERS}) id; "
                                                            "update inventory.counters set version = 2;")
        self.assertEqual(alone, 2 * COUNTERS)
        self.assertEqual(part.stop(), 0, part.logged()[-2000:])
        rows = [json.loads(data)["after"]["id"] for _, data in road.records("kinesis.inventory.log")]
        self.assertEqual(rows if keyless == "request" else sorted(rows), list(range(1, ROWS + 1)))

    def test_rows_of_requests_that_are_taken_in_part_come_once(self):
        with Road(["--faults", "partial=0.2", "--seed", "7"]) as road:
            part = self.engine(road, free_port(), **{"tidewire.sink.ordering.keyless": "request"})
            road.sql(f"insert into inventory.log select id, 1 from generate_series(1, {ROWS}) id;")
            wait_for("every row", lambda: self.count(self.versions(road)) >= ROWS, 60)
            self.assertEqual(part.stop(), 0, part.logged()[-2000:])
            found = self.versions(road)
            self.assertEqual({key for key, versions in found.items() if versions != [1]}, set())
            self.assertNotEqual(list(found), sorted(found), "the faults took no part of a request")

    def test_with_truncates_captured_inserts_keep_their_order(self):
        with Road() as road:
            port = free_port()
            part = self.engine(road, port, **{"debezium.source.skipped.operations": "none"})
            alone = self.requests_for(road, port, COUNTERS + 1, f"insert into inventory.log select id, 1 from generate_series(1, {COUNTERS}) id; "
                                                                "truncate inventory.log;")
            self.assertEqual(alone, COUNTERS + 1)
            self.assertEqual(part.stop(), 0, part.logged()[-2000:])

    def test_rows_that_get_an_identity_change_behind_their_inserts(self):
        rows, last = 3000, 40     # more wait, before and behind, than the order of the stream is kept for
        with Road(["--faults", "partial=0.3", "--seed", "11"]) as road:
            port = free_port()
            part = self.engine(road, port)
            local = road.parts[0].process
            local.send_signal(signal.SIGSTOP)      # so that all of it waits
            road.sql(f"insert into inventory.log select id, 1 from generate_series(1, {rows}) id; begin; "
                     f"alter table inventory.log replica identity full; update inventory.log set version = 2 where id > {rows - last}; "
                     "alter table inventory.log replica identity default; "
                     f"insert into inventory.log select id, 1 from generate_series({rows + 1}, {2 * rows}) id; commit;")
            self.until_read(port, rows)
            local.send_signal(signal.SIGCONT)
            wait_for("every change", lambda: self.count(self.versions(road)) >= 2 * rows + last, 120, 0.5)
            self.assertEqual(part.stop(), 0, part.logged()[-2000:])
            self.assertIn("can change from now on", part.logged())
            found = self.versions(road)
            self.assertEqual({key for key, versions in found.items() if versions[0] != 1}, set(), "updates came before their inserts")
            self.assertEqual({key for key, versions in found.items() if 2 in versions}, set(range(rows - last + 1, rows + 1)))
            self.assertEqual(set(found), set(range(1, 2 * rows + 1)))

    def test_changes_come_behind_the_rows_of_a_blocking_snapshot(self):
        rows, last = 3000, 1200
        with Road(["--faults", "partial=0.1", "--seed", "11"]) as road:
            port = free_port()
            part = self.engine(road, port, f"insert into inventory.counters select id, 1 from generate_series(1, {rows}) id;",
                               **{"debezium.source.snapshot.mode": "never", "debezium.source.signal.data.collection": "inventory.signals"})
            local = road.parts[0].process
            self.read_counters(road, "select counters.* from inventory.counters, pg_sleep(2)")
            wait_for("the snapshot", lambda: "reading a snapshot of 1 tables" in part.logged(), 30)
            local.send_signal(signal.SIGSTOP)      # so that all of it waits
            wait_for("the rows", lambda: f"the snapshot is complete: {rows} rows" in part.logged(), 30)
            road.sql(f"update inventory.counters set version = 2 where id > {rows - last};")
            time.sleep(1)                          # in which an engine that did not wait for the rows would read on
            local.send_signal(signal.SIGCONT)
            wait_for("every change", lambda: self.count(self.versions(road, "counters")) >= rows + last, 120, 0.5)
            self.assertEqual(part.stop(), 0, part.logged()[-2000:])
            found = self.versions(road, "counters")
            self.assertEqual({key for key, versions in found.items() if versions[0] != 1}, set(), "updates came before the rows")

    def test_the_rows_of_a_blocking_snapshot_come_behind_the_changes_before(self):
        rows = 700                # with two changes each more wait than the order of the stream is kept for
        with Road() as road:
            part = self.engine(road, free_port(), f"insert into inventory.counters select id, 1 from generate_series(1, {rows}) id;",
                               **{"debezium.source.snapshot.mode": "never", "debezium.source.signal.data.collection": "inventory.signals"})
            local = road.parts[0].process
            local.send_signal(signal.SIGSTOP)      # so that the changes wait
            road.sql("update inventory.counters set version = 2; update inventory.counters set version = 3;")
            self.read_counters(road, "select * from inventory.counters")
            time.sleep(1)                          # in which an engine that did not wait for the changes would read the rows
            local.send_signal(signal.SIGCONT)
            wait_for("the rows", lambda: f"the snapshot is complete: {rows} rows" in part.logged(), 30)
            self.assertEqual(part.stop(), 0, part.logged()[-2000:])
            found = self.versions(road, "counters")
            self.assertEqual({key: versions for key, versions in found.items() if versions != [2, 3, 3]}, {})

    @staticmethod
    def read_counters(road, statement):
        signal_data = json.dumps({"data-collections": ["inventory.counters"], "type": "blocking",
                                  "additional-conditions": [{"data-collection": "inventory.counters", "filter": statement}]})
        road.sql(f"insert into inventory.signals values ('s', 'execute-snapshot', '{signal_data}')")

    @staticmethod
    def count(versions):
        return sum(len(set(each)) for each in versions.values())

    @staticmethod
    def versions(road, table="log"):
        """The versions of each row, in the order of the stream."""
        while True:
            try:
                records = road.records(f"kinesis.inventory.{table}")
                break
            except Exception:      # a fault, which the test asked for
                time.sleep(0.05)
        found = {}
        for _, data in records:
            row = json.loads(data)["after"]
            found.setdefault(row["id"], []).append(row["version"])
        return found


if __name__ == "__main__":
    unittest.main(verbosity=2)
