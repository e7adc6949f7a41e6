#!/usr/bin/env python3
"""The sink is dead for a while and the load goes on: the engine stays up, its memory stays flat, feedback goes on so that the walsender is
not timed out, readiness says so, the log says it once; and when the sink is back, everything arrives."""
import json
import pathlib
import re
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from road import Road, free_port, sanitized, wait_for

BUDGET_MIB, ALLOWANCE_MIB = 16, 32
SENDER_TIMEOUT_S, ROWS_A_TURN = 6, 5000
FLAT = 1.1  # the most that memory may grow after the outage's first third
TABLE = """create schema inventory;
create table inventory.products (id bigserial primary key, filler text not null);
"""


class Outage(unittest.TestCase):
    SECONDS, ROWS = 18, 100_000

    def rss_mib(self, part):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{part.process.pid}/status").read_text())[1]) / 1024

    def page(self, port, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def figure(self, port, name):
        return float(re.search(rf"^{name} (\S+)$", self.page(port, "/metrics")[1], re.M)[1])

    def test_a_dead_sink_is_waited_for(self):
        with tempfile.TemporaryDirectory(prefix="tidewire-road-aws-") as kept, Road(local_arguments=("--data", kept)) as road:
            self.outage(road, free_port())

    def outage(self, road, port):
        road.cluster.set(wal_sender_timeout=f"{SENDER_TIMEOUT_S}s")
        road.sql(TABLE)
        road.client("kinesis").create_stream(StreamName="kinesis.inventory.products", ShardCount=2)
        config = road.properties(extra={"tidewire.memory.budget": f"{BUDGET_MIB}MiB", "quarkus.http.port": port,
                                        "debezium.format.schemas.enable": "false", "tidewire.slot.watch.interval": "1s"})
        engine, local = road.part("engine", "run", "-c", config).start(), road.parts[0]
        wait_for("readiness", lambda: engine.alive() and self.ready(port) == 200, 60)
        pid = wait_for("the walsender", lambda: road.cluster.ask("select active_pid from pg_replication_slots where active"), 30)
        local.kill()
        self.load(road, engine)
        self.assertEqual(road.cluster.ask("select active_pid from pg_replication_slots"), pid, "the walsender was lost")
        status, text = self.page(port, "/q/health/ready")
        self.assertEqual(status, 503)
        self.assertEqual([c["status"] for c in json.loads(text)["checks"] if c["name"] == "sink"], ["DOWN"])
        self.assertEqual(self.page(port, "/q/health/live")[0], 200)
        self.assertGreater(self.figure(port, "tidewire_slot_unconfirmed_bytes"), 1024 * 1024)
        self.assertEqual(len(re.findall("takes nothing", engine.logged())), 1, engine.logged())

        local.start()
        wait_for("the sink's recovery", lambda: self.ready(port) == 200, 60)
        end = road.cluster.ask("select pg_current_wal_lsn()")
        wait_for("the end of the log", lambda: road.cluster.ask(f"select confirmed_flush_lsn >= '{end}' from pg_replication_slots") == "t", 180, 0.5)
        self.assertEqual(self.ids(road), set(range(1, self.ROWS + 1)))
        self.assertEqual(road.cluster.ask("select active_pid from pg_replication_slots"), pid, "the walsender was lost")
        self.assertEqual(len(re.findall("works again", engine.logged())), 1, engine.logged())
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def ready(self, port):
        try:
            return self.page(port, "/q/health/ready")[0]
        except OSError:
            return None

    def load(self, road, engine):
        """Far more than the budget holds, all the while; memory is looked at between."""
        turns, began, seen = self.ROWS // ROWS_A_TURN, time.monotonic(), []
        for turn in range(1, turns + 1):
            road.sql(f"insert into inventory.products (filler) select repeat('x', 400) from generate_series(1, {ROWS_A_TURN})")
            while time.monotonic() < began + self.SECONDS * turn / turns:
                time.sleep(0.05)
            seen.append(self.rss_mib(engine))
        later = seen[turns // 3:]
        print(f"{self.ROWS} rows wait after {time.monotonic() - began:.0f} s; the engine held {min(later):.1f} to {max(later):.1f} MiB", file=sys.stderr)
        if not sanitized():
            self.assertLess(max(seen), BUDGET_MIB + ALLOWANCE_MIB)
            self.assertLess(max(later), min(later) * FLAT)

    def ids(self, road):
        return {json.loads(data)["after"]["id"] for _, data in road.records("kinesis.inventory.products")}


if __name__ == "__main__":
    unittest.main(verbosity=2)
