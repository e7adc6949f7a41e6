#!/usr/bin/env python3
"""The metrics page: every figure is described in docs/metrics.md, has the kind that its name promises, and tells where changes are; and the
health page tells why it is DOWN."""
import json
import re
import tempfile
import unittest
import urllib.error
import urllib.request

from road import TESTS, Road, free_port, wait_for

STREAM = "kinesis.inventory.products"
TABLE = "create schema inventory; create table inventory.products (id integer primary key, note text);"


class Metrics(unittest.TestCase):
    def page(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.read().decode()

    def figure(self, name):
        return float(re.search(rf"^{re.escape(name)} (\S+)$", self.page("/metrics"), re.M)[1])

    def sink(self):
        return next(c for c in json.loads(self.page("/q/health/ready"))["checks"] if c["name"] == "sink")

    def start(self, road, **more):
        road.sql(TABLE + "insert into inventory.products select i, 'n' from generate_series(1, 7) i;")
        road.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
        self.port = free_port()
        config = road.properties(extra={"quarkus.http.port": self.port, "tidewire.slot.watch.interval": "200ms", **more})
        engine = road.part("engine", "run", "-c", config).start()
        wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 30)
        return engine

    def test_the_pages_are_what_the_document_says(self):
        with Road() as road:
            engine = self.start(road)
            text = self.page("/metrics")
            self.start_relay(road)
            text += self.page("/metrics")
            kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
            rows = (TESTS.parent / "docs" / "metrics.md").read_text()
            described = {name: kind for names, kind in re.findall(r"^\| (`[^|]+`) \| (counter|gauge|histogram) \|", rows, re.M)
                         for name in re.findall(r"`(\w+)(?:\{[^}`]*\})?`", names)}
            self.assertEqual(kinds, described)
            self.assertEqual({n for n, kind in kinds.items() if kind == "counter"}, {n for n in kinds if n.endswith("_total")})
            self.assertEqual(engine.stop(), 0)

    def start_relay(self, road):
        """From here on the pages are the relay's."""
        self.port = free_port()
        road.client("events").create_event_bus(Name="products")
        config = road.properties(extra={"tidewire.relay.http.port": self.port, "tidewire.relay.streams": STREAM, "tidewire.relay.poll.max": "200ms"})
        relay = road.part("relay", "relay", "-c", config).start()
        wait_for("the relay's pages", lambda: "reading from" in relay.logged(), 30)
        return relay

    def test_the_relay_tells_how_far_it_is_behind_and_why(self):
        with tempfile.TemporaryDirectory(prefix="tidewire-metrics-aws-") as kept, Road(local_arguments=("--data", kept)) as road:
            engine = self.start(road)
            relay = self.start_relay(road)
            behind, up = (f'tidewire_relay_{name}{{stream="{STREAM}"}}' for name in ("behind_ms", "up"))
            wait_for("the events", lambda: self.figure("tidewire_relay_relayed_total") == 7 and self.figure(behind) == 0, 30)
            self.assertEqual(self.figure(up), 1)
            self.assertIn('"status": "UP"', self.page("/q/health/ready"))
            road.parts[0].kill()
            wait_for("the age", lambda: self.figure(behind) > 1000, 30)
            wait_for("the reason", lambda: self.figure(up) == 0, 30)
            check, = json.loads(self.page("/q/health/ready"))["checks"]
            self.assertEqual((check["name"], check["status"]), (f"stream {STREAM}", "DOWN"))
            self.assertIn("cannot be read", check["data"]["reason"])
            self.assertIn('"status": "UP"', self.page("/q/health/live"))
            road.parts[0].start()
            road.sql("insert into inventory.products values (8, 'n')")
            wait_for("the event", lambda: self.figure("tidewire_relay_relayed_total") == 8 and self.figure(behind) == 0, 60)
            wait_for("readiness", lambda: self.figure(up) == 1, 30)
            self.assertEqual((relay.stop(), engine.stop()), (0, 0))

    def test_a_port_that_is_taken_is_answered_with_the_property(self):
        with Road() as road:
            self.start(road)
            config = road.properties(extra={"tidewire.relay.http.port": self.port})
            second = road.part("second", "relay", "-c", config).start()
            wait_for("its end", lambda: not second.alive(), 30)
            self.assertIn("is another one running? tidewire.relay.http.port may name another port", second.logged())

    def test_figures_tell_where_changes_are(self):
        with Road() as road:
            engine = self.start(road)
            labels = '{context="snapshot",name="kinesis",plugin="postgres"}'
            self.assertEqual([self.figure(f"debezium_metrics_{name}{labels}") for name in
                              ("RowsScanned", "TotalTableCount", "RemainingTableCount", "SnapshotRunning", "SnapshotCompleted")], [7, 1, 0, 0, 1])
            road.sql("insert into inventory.products values (8, 'n'); update inventory.products set note = 'm' where id < 4; delete from inventory.products where id = 5")
            wait_for("the delivery", lambda: self.figure("tidewire_delivery_ms_count") >= 1, 30)
            labels = labels.replace("snapshot", "streaming")
            wait_for("the changes", lambda: [self.figure(f"debezium_metrics_TotalNumberOf{op}EventsSeen{labels}") for op in
                                             ("Create", "Update", "Delete")] == [1, 3, 1], 30)
            wait_for("quiet", lambda: self.figure("tidewire_oldest_undelivered_ms") == 0, 30)
            self.assertNotIn("data", self.sink())

            road.parts[0].kill()
            road.sql("insert into inventory.products values (9, 'n')")
            end = int(road.cluster.ask("select pg_current_wal_lsn() - '0/0'"))
            wait_for("the age of the change", lambda: self.figure("tidewire_oldest_undelivered_ms") > 500, 30)
            wait_for("the reason", lambda: "takes nothing" in self.sink().get("data", {}).get("reason", ""), 30)
            wait_for("the ladder", lambda: self.figure("tidewire_written_lsn") >= end and self.figure("tidewire_sent_lsn") >= end, 30)
            self.assertLess(self.figure("tidewire_durable_lsn"), end)
            self.assertLess(self.figure("tidewire_confirmed_lsn"), end)
            self.assertGreater(self.figure("process_resident_memory_bytes"), 1_000_000)
            engine.kill()
            engine.start()  # and nothing comes back from the sink
            wait_for("the stream", lambda: engine.logged().count("streaming from slot") == 2, 30)
            self.assertGreater(self.figure("tidewire_durable_lsn"), 0)
            self.assertLess(self.figure("tidewire_lag_bytes"), 1_000_000)
            engine.kill()

    def test_a_transaction_that_is_not_read_to_its_end_counts(self):
        with Road() as road:
            engine = self.start(road, **{"tidewire.memory.budget": "4MiB"})
            wait_for("quiet", lambda: self.figure("tidewire_oldest_undelivered_ms") == 0, 30)
            road.parts[0].kill()
            road.sql("insert into inventory.products select i, repeat('n', 500) from generate_series(10, 50000) i")
            end = int(road.cluster.ask("select pg_current_wal_lsn() - '0/0'"))
            wait_for("the age of what is read", lambda: self.figure("tidewire_oldest_undelivered_ms") > 500, 30)
            self.assertLess(self.figure("tidewire_received_lsn"), end, "there was no room for it")
            engine.kill()

    def test_a_record_that_is_held_is_told(self):
        with Road() as road:
            engine = self.start(road)
            road.sql("insert into inventory.products values (10, repeat('n', 1500000))")
            wait_for("the record", lambda: self.figure("tidewire_records_held") == 1, 30)
            self.assertIn("1 records are refused for good", self.sink()["data"]["held"])
            engine.kill()


if __name__ == "__main__":
    unittest.main(verbosity=2)
