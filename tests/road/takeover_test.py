#!/usr/bin/env python3
"""The engine goes on where Debezium's position file says that Debezium stopped: no change is missing, and none comes twice but where nobody can
know. `tidewire offsets` shows, imports and exports positions."""
import json
import re
import struct
import subprocess
import unittest

from road import Road, program, wait_for

TABLES = """create schema inventory;
create table inventory.products (id integer primary key, name text);
create table inventory.customers (id integer primary key);
create publication dbz_publication for table inventory.products, inventory.customers;
select pg_create_logical_replication_slot('debezium', 'pgoutput');
"""
STREAM = "kinesis.inventory.products"
KEY = '["kinesis",{"server":"kinesis"}]'


def java_map(entries):
    """A HashMap<byte[], byte[]> as Java serialises it."""
    out = b"\xac\xed\0\x05sr\0\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\0\x02F\0\x0aloadFactorI\0\x09thresholdxp\x3f\x40\0\0"
    out += struct.pack(">I", 12) + b"w\x08" + struct.pack(">II", 16, len(entries))
    kind = b"ur\0\x02[B\xac\xf3\x17\xf8\x06\x08\x54\xe0\x02\0\0xp"
    for text in (part for pair in entries.items() for part in pair):
        out += kind + struct.pack(">I", len(text.encode())) + text.encode()
        kind = b"uq\0~\0\x02"
    return out + b"x"


def number(position):
    high, low = position.split("/")
    return (int(high, 16) << 32) + int(low, 16)


class Takeover(unittest.TestCase):
    def setUp(self):
        self.road = Road()
        self.addCleanup(self.road.close)
        self.road.sql(TABLES)
        for stream in (STREAM, "kinesis.inventory.customers"):
            self.road.client("kinesis").create_stream(StreamName=stream, ShardCount=1)
        self.config = self.road.properties(extra={"debezium.format.schemas.enable": "false"})
        self.file = self.road.folder / "offsets.dat"

    def changes(self):
        """What the slot holds -> list of (position, type byte)."""
        query = ("select lsn || ' ' || chr(get_byte(data, 0)) from pg_logical_slot_peek_binary_changes("
                 "'debezium', null, null, 'proto_version', '1', 'publication_names', 'dbz_publication')")
        rows = subprocess.run(self.road.cluster.psql(Road.DATABASE, "-Atc", query), check=True, capture_output=True, text=True).stdout.splitlines()
        return [(number(row.split()[0]), row.split()[1]) for row in rows]

    def debezium_stopped(self, **position):
        self.file.write_bytes(java_map({KEY: json.dumps({"transaction_id": None, **position})}))

    def ids(self, count):
        """The ids that the engine sends, once there are so many."""
        engine = self.road.part("engine", "run", "-c", self.config).start()
        wait_for(f"{count} records", lambda: len(self.road.records(STREAM)) >= count, 30)
        wait_for("the slot to be all read", lambda: self.road.cluster.ask(
            "select confirmed_flush_lsn >= pg_current_wal_insert_lsn() - 200 from pg_replication_slots") == "t", 30)
        self.assertEqual(engine.stop(), 0, engine.logged())
        self.log = engine.logged()
        return [json.loads(data)["after"]["id"] for _, data in self.road.records(STREAM)]

    def offsets(self, *arguments):
        return subprocess.run([program(), "offsets", *arguments, "-c", self.config], text=True, capture_output=True)

    def test_goes_on_within_the_transaction(self):
        self.road.sql("insert into inventory.products values (1, 'a');")
        commit = [at for at, kind in self.changes() if kind == "C"][-1]
        self.road.sql("begin; " + "".join(f"insert into inventory.products values ({i}, 'x');" for i in range(2, 7)) + "commit;")
        third = [at for at, kind in self.changes() if kind == "I"][3]     # of id 4
        self.road.sql("insert into inventory.products values (7, 'z');")
        self.debezium_stopped(lsn_proc=third, lsn=third, lsn_commit=commit, messageType="INSERT", txId=1, ts_usec=1)
        shown = self.offsets("show")
        self.assertIn("leaves out the next transaction's changes", shown.stdout, shown.stderr)
        self.assertEqual(self.ids(3), [5, 6, 7])
        self.assertIn("taking over from Debezium", self.log)
        self.assertNotIn("within_after", (self.road.folder / "offsets.dat.tidewire").read_text())

    def test_rows_of_one_copy_are_sent_again_rather_than_lost(self):
        self.road.sql("insert into inventory.products values (1, 'a');")
        commit = [at for at, kind in self.changes() if kind == "C"][-1]
        self.road.sql("begin; insert into inventory.products values (2, 'b');\ncopy inventory.products from stdin;\n3\tc\n4\td\n5\te\n\\.\ncommit;")
        inserts = [at for at, kind in self.changes() if kind == "I"]
        self.assertEqual(inserts[2], inserts[4], "COPY writes several rows as one record")
        self.debezium_stopped(lsn_proc=inserts[3], lsn=inserts[3], lsn_commit=commit, messageType="INSERT")
        self.assertEqual(self.ids(3), [3, 4, 5])

    def test_goes_on_after_a_commit_even_if_a_change_follows_at_that_byte(self):
        self.road.sql("insert into inventory.products values (1, 'a');")
        insert, commit = [at for at, kind in self.changes() if kind in "IC"][-2:]
        self.road.sql("insert into inventory.products values (2, 'b');")
        self.debezium_stopped(lsn_proc=commit, lsn=insert, lsn_commit=commit, messageType="INSERT")
        self.assertEqual(self.ids(1), [2])

    def test_a_finished_snapshot_is_not_repeated_and_an_unfinished_one_is(self):
        self.road.sql("insert into inventory.products values (1, 'a');")
        commit = self.changes()[-1][0]
        self.debezium_stopped(lsn=commit, snapshot=True, last_snapshot_record=True)
        self.road.sql("insert into inventory.products values (2, 'b');")
        self.assertEqual(self.ids(1), [2])
        (self.road.folder / "offsets.dat.tidewire").unlink()
        self.debezium_stopped(lsn=commit, snapshot=True, last_snapshot_record=False)
        self.assertEqual(self.ids(3), [2, 1, 2])

    def test_a_damaged_file_stops_the_start(self):
        self.file.write_bytes(java_map({KEY: "{}"})[:-3])
        engine = self.road.part("engine", "run", "-c", self.config).start()
        self.assertNotEqual(engine.ended(), 0)
        self.assertIn("ends too early", engine.logged())

    def test_positions_go_over_and_back_by_command(self):
        self.assertIn("does not exist", self.offsets("import").stderr)
        self.assertIn("no position to export", self.offsets("export").stderr)
        self.road.sql("insert into inventory.products values (1, 'a');")
        insert, commit = [at for at, kind in self.changes() if kind in "IC"]
        self.debezium_stopped(lsn_proc=commit, lsn=insert, lsn_commit=commit, messageType="INSERT")
        self.assertEqual(self.offsets("import").returncode, 0)
        self.assertIn("--force", self.offsets("import").stderr)
        self.road.sql("insert into inventory.products values (2, 'b');")
        self.assertEqual(self.ids(1), [2])
        self.assertEqual(self.offsets("export").returncode, 0)
        written = self.file.read_bytes()
        value = json.loads(re.search(rb'\{"transaction_id".*?\}', written)[0])
        self.assertEqual(written, java_map({KEY: json.dumps(value, separators=(",", ":"))}), "as Java would have written it")
        self.assertEqual((value["lsn"], value["lsn_proc"]), (value["lsn_commit"],) * 2)
        self.assertGreater(value["lsn"], commit)

    def test_a_running_engine_keeps_its_file(self):
        self.debezium_stopped(lsn=1, lsn_proc=1, lsn_commit=1)
        engine = self.road.part("engine", "run", "-c", self.config).start()
        wait_for("the engine", lambda: "streaming" in engine.logged(), 30)
        for command in ("export", "import"):
            self.assertIn("stop it first", self.offsets(command).stderr)
        engine.stop()
        self.assertEqual(self.offsets("export").returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
