#!/usr/bin/env python3
"""One row that is many times the memory's budget: it is held twice at most (four times on its way to the dead letters), and its memory is given
back behind it. `giant_row_test.py --mib 60` prints the figures of docs/reliability.md."""
import json
import pathlib
import re
import sys
import unittest

from road import Road, sanitized, wait_for

ROW_MIB = 32
if "--mib" in sys.argv:
    ROW_MIB = int(sys.argv.pop(sys.argv.index("--mib") + 1))
    sys.argv.remove("--mib")
BUDGET_MIB = 4
ALLOWANCE_MIB = 16    # for what else may come and go
TEXT = f"repeat('n', {ROW_MIB << 20})"
TABLE = "create schema inventory; create table inventory.products (id integer primary key, note text, bytes bytea);"


class GiantRow(unittest.TestCase):
    def memory_mib(self, part):
        """What the process holds, and the most that it ever held."""
        status = pathlib.Path(f"/proc/{part.process.pid}/status").read_text()
        return tuple(int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024 for name in ("VmRSS", "VmHWM"))

    def confirmed(self, road):
        end = road.cluster.ask("select pg_current_wal_flush_lsn()")
        wait_for(f"the slot to reach {end}", lambda: road.cluster.ask(f"select confirmed_flush_lsn >= '{end}' from pg_replication_slots") == "t", 120)

    def carry(self, road, copies, row=f"2, {TEXT}", before="", **more):
        """Sends the row between two others. `copies`: of its text, that the engine may hold at once."""
        road.sql(TABLE + before)
        road.client("kinesis").create_stream(StreamName="kinesis.inventory.products", ShardCount=1)
        config = road.properties(extra={"debezium.format.schemas.enable": "false", "tidewire.memory.budget": f"{BUDGET_MIB}MiB",
                                        "debezium.source.status.update.interval.ms": 200, "tidewire.sink.oversize": "skip", **more})
        engine = road.part("engine", "run", "-c", config).start()
        wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 120)
        road.sql("insert into inventory.products values (1, 'first');")
        self.confirmed(road)
        first, _ = self.memory_mib(engine)
        road.sql(f"insert into inventory.products values ({row});")
        road.sql("insert into inventory.products values (3, 'last');")
        self.confirmed(road)
        last, most = self.memory_mib(engine)
        print(f"{self.id().split('_', 1)[1]:>16}: {first:.0f} MiB before, {most:.0f} at most, {last:.0f} behind it", file=sys.stderr)
        self.assertIn("skipped" if "tidewire.sink.oversize" not in more else "dead letters", engine.logged())
        if not sanitized():
            usual = first if not before.startswith("insert") else last
            self.assertLess(most, usual + copies * ROW_MIB + ALLOWANCE_MIB)
            self.assertLess(last, usual + ALLOWANCE_MIB)
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def test_kinesis(self):
        with Road() as road:
            self.carry(road, 2)

    def test_aggregated(self):
        with Road() as road:
            self.carry(road, 2, **{"tidewire.sink.kinesis.aggregation": "on"})

    def test_bytea(self):
        """Comes as hexadecimal digits and goes as base64: 2 and 4/3 of its bytes, the latter in a buffer that grows."""
        with Road() as road:
            self.carry(road, 5, row=f"2, null, decode(repeat('6e', {ROW_MIB << 20}), 'hex')")

    def test_snapshot(self):
        with Road() as road:
            self.carry(road, 2, before=f"insert into inventory.products values (0, {TEXT});")

    def test_streamed(self):
        with Road() as road:
            self.carry(road, 2, before="alter database inventory_db set logical_decoding_work_mem = '64kB';", **{"tidewire.postgres.streaming": "on"})

    def test_eventbridge(self):
        with Road() as road:
            self.carry(road, 3, **{"debezium.sink.type": "eventbridge", "debezium.sink.eventbridge.region": "us-east-1"})

    def test_sqs(self):
        with Road() as road:
            road.client("sqs").create_queue(QueueName="events.fifo", Attributes={"FifoQueue": "true"})
            self.carry(road, 3, **{"debezium.sink.type": "sqs", "debezium.sink.sqs.region": "us-east-1", "debezium.sink.sqs.queue.url": "events.fifo"})

    def test_dead_letter(self):
        with Road() as road:
            file = road.folder / "letters.jsonl"
            self.carry(road, 4, **{"tidewire.sink.oversize": "dead-letter", "tidewire.sink.dead-letter.file": file})
            letter = json.loads(file.read_text())
            self.assertIn("in any stream", letter["reason"])
            self.assertGreater(len(letter["data"]), ROW_MIB << 20)


if __name__ == "__main__":
    unittest.main(verbosity=1)
