#!/usr/bin/env python3
"""`tidewire verify` calls a complete stream good, and finds what is lost, twice or out of order when somebody meddles with what arrived."""
import json
import subprocess
import unittest

from road import Road, program, wait_for

STREAM = "kinesis.inventory.products"
TABLES = """create schema inventory;
create table inventory.products (id integer primary key, name text, price numeric, big text);
create table inventory.customers (id integer primary key);
insert into inventory.products (id, name) select i, 'before ' || i from generate_series(1, 50) i;
"""
CHANGES = """insert into inventory.products values (100, 'it''s', 1.50, repeat('x', 10000));
update inventory.products set name = 'two' where id = 100;
update inventory.products set id = 101 where id = 100;
begin; savepoint a; delete from inventory.products where id = 1; rollback to a; update inventory.products set name = 'kept' where id = 1; commit;
insert into inventory.products (id, name) values (102, 'many'), (103, 'rows');
copy inventory.products (id, name) from stdin;
200\tcopied
201\tcopied too
\\.
delete from inventory.products where id = 101;
"""


class Verify(unittest.TestCase):
    def verify(self, road, config, *arguments):
        done = subprocess.run([program(), "verify", "-c", str(config), *map(str, arguments)], capture_output=True, text=True,
                              env=dict(road.environment, PATH="/usr/bin"), check=False)
        return done.returncode, done.stdout + done.stderr

    def test_a_stream_a_file_and_what_is_wrong_with_them(self):
        with Road() as road:
            for name in (STREAM, "kinesis.inventory.customers"):
                road.client("kinesis").create_stream(StreamName=name, ShardCount=1)
            config = road.properties()
            self.assertEqual(self.verify(road, config, "--stream", STREAM)[0], 2)       # no slot yet
            self.assertEqual(self.verify(road, config, "--begin")[0], 0)
            road.sql(TABLES)
            engine = road.part("engine", "run", "-c", config).start()
            wait_for("the snapshot", lambda: len(road.records(STREAM)) == 50, 30)
            road.sql(CHANGES)
            # c u d+tombstone c u c c c c d+tombstone
            wait_for("the changes", lambda: len(road.records(STREAM)) == 62, 30)
            code, text = self.verify(road, config, "--stream", STREAM)
            self.assertEqual(code, 0, text)
            self.assertIn("result    GOOD: 10 expected, 0 missing, 0 repeated", text)
            self.meddle(road, config)
            code, text = self.verify(road, config, "--stream", STREAM, "--end")
            self.assertEqual(code, 0, text)
            self.assertEqual(road.cluster.ask("select count(*) from pg_replication_slots"), "1")
            engine.stop()

    def meddle(self, road, config):
        lines = [f'{{"stream":"{STREAM}","key":null,"value":{data.decode() or "null"}}}' for _, data in road.records(STREAM)]
        file = road.folder / "lines"

        def result(changed):
            file.write_text("".join(line + "\n" for line in changed))
            return self.verify(road, config, "--file", file)
        self.assertEqual(result(lines)[0], 0)
        self.assertEqual(result(lines + lines)[0], 0)                      # at least once
        ours = [i for i, line in enumerate(lines) if '"lsn"' in line and json.loads(line)["value"]["payload"]["op"] != "r"]
        code, text = result(lines[:ours[1]] + lines[ours[1] + 1:])
        self.assertEqual(code, 1)
        self.assertIn(" 1 missing", text)
        swapped = list(lines)
        swapped[ours[0]], swapped[ours[1]] = swapped[ours[1]], swapped[ours[0]]
        code, text = result(swapped)
        self.assertEqual(code, 1)
        self.assertIn(" 1 inverted", text)
        code, text = result([line.replace('"many"', '"few"') for line in lines])
        self.assertEqual(code, 1)
        self.assertIn(" 1 differing", text)
        code, text = result(lines[1:])                                     # a row of the snapshot
        self.assertEqual(code, 1)
        self.assertIn("is missing in the snapshot", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
