#!/usr/bin/env python3
"""A row over the sink's limit meets the policy that the user chose: dead letters with its bytes, or named columns cut; its key goes on, and
the slot with it."""
import base64
import json
import unittest

from road import Road, wait_for

STREAM = "kinesis.inventory.products"
TABLE = "create schema inventory; create table inventory.products (id integer primary key, name text, note text);"
CHANGES = """insert into inventory.products values (1, 'big', repeat('n', 1500000)), (2, 'small', 'n');
update inventory.products set note = 'mended' where id = 1;
"""


class Poison(unittest.TestCase):
    def run_road(self, road, **more):
        road.sql(TABLE)
        road.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
        config = road.properties(extra={"debezium.format.schemas.enable": "false",
                                        "tidewire.sink.dead-letter.file": road.folder / "letters.jsonl", **more})
        engine = road.part("engine", "run", "-c", config).start()
        wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 30)
        road.sql(CHANGES)
        wait_for("the change after the large one", lambda: any(r["after"]["note"] == "mended" for r in self.rows(road)), 60)
        end = road.cluster.ask("select pg_current_wal_flush_lsn()")
        wait_for("the slot", lambda: road.cluster.ask(f"select confirmed_flush_lsn >= '{end}' from pg_replication_slots") == "t", 30)
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])
        return engine

    def rows(self, road):
        return [json.loads(data) for _, data in road.records(STREAM) if data]

    def judge_letter(self, letter):
        self.assertEqual((letter["stream"], json.loads(letter["partitionKey"])["id"]), (STREAM, 1))
        self.assertIn("less than or equal to", letter["reason"])

    def test_it_goes_to_the_file_of_dead_letters(self):
        with Road() as road:
            self.run_road(road, **{"tidewire.sink.oversize": "dead-letter"})
            file = road.folder / "letters.jsonl"
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            letter = json.loads(file.read_text())
            self.judge_letter(letter)
            self.assertEqual(len(json.loads(base64.b64decode(letter["data"]))["after"]["note"]), 1_500_000)
            self.assertEqual([(r["after"]["id"], r["after"]["note"]) for r in self.rows(road)], [(2, "n"), (1, "mended")])

    def test_the_queue_is_told_where_its_bytes_are(self):
        with Road() as road:
            queue = road.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
            self.run_road(road, **{"tidewire.sink.oversize": "dead-letter", "tidewire.sink.dead-letter.queue": "letters"})
            message, = road.client("sqs").receive_message(QueueUrl=queue)["Messages"]
            letter = json.loads(message["Body"])
            self.judge_letter(letter)
            self.assertEqual(letter["dataFile"], str(road.folder / "letters.jsonl"))

    def test_named_columns_are_cut(self):
        with Road() as road:
            engine = self.run_road(road, **{"tidewire.sink.oversize.columns": "inventory.products.note"})
            first = [r["after"] for r in self.rows(road) if r["after"]["id"] == 1][0]
            self.assertEqual((first["name"], first["note"]), ("big", "n" * 1024))
            self.assertIn("columns of tidewire.sink.oversize.columns cut", engine.logged())


if __name__ == "__main__":
    unittest.main(verbosity=2)
