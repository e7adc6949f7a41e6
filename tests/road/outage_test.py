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
SENDER_TIMEOUT_S, OUTAGE_S, ROWS_A_TURN = 3, 12, 5000
TABLE = """create schema inventory;
create table inventory.products (id bigserial primary key, filler text not null);
"""


class Outage(unittest.TestCase):
    def rss_mib(self, part):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{part.process.pid}/status").read_text())[1]) / 1024

    def page(self, port, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def figure(self, port, name):
        return float(re.search(rf"^{name} (\S+)$", self.page(port, "/metrics")[1], re.M)[1])

    def test_a_dead_sink_is_waited_for(self):
        with tempfile.TemporaryDirectory(prefix="tidewire-road-aws-") as kept, Road(local_arguments=("--data", kept)) as road:
            self.outage(road, free_port())

    def outage(self, road, port):
        road.cluster.query(f"alter system set wal_sender_timeout = '{SENDER_TIMEOUT_S}s'")
        road.cluster.query("select pg_reload_conf()")
        road.sql(TABLE)
        road.client("kinesis").create_stream(StreamName="kinesis.inventory.products", ShardCount=2)
        config = road.properties(extra={"tidewire.memory.budget": f"{BUDGET_MIB}MiB", "quarkus.http.port": port,
                                        "debezium.format.schemas.enable": "false", "tidewire.slot.watch.interval": "1s"})
        engine, local = road.part("engine", "run", "-c", config).start(), road.parts[0]
        wait_for("readiness", lambda: engine.alive() and self.ready(port) == 200, 60)
        pid = wait_for("the walsender", lambda: road.cluster.ask("select active_pid from pg_replication_slots where active"), 30)
        local.kill()
        rows = self.load(road, engine)
        self.assertEqual(road.cluster.ask("select active_pid from pg_replication_slots"), pid, "the walsender was lost")
        status, text = self.page(port, "/q/health/ready")
        self.assertEqual(status, 503)
        self.assertEqual([c["status"] for c in json.loads(text)["checks"] if c["name"] == "sink"], ["DOWN"])
        self.assertEqual(self.page(port, "/q/health/live")[0], 200)
        self.assertGreater(self.figure(port, "tidewire_slot_unconfirmed_bytes"), 1024 * 1024)
        self.assertEqual(len(re.findall("takes nothing", engine.logged())), 1, engine.logged())

        local.start()
        wait_for("the sink's recovery", lambda: self.ready(port) == 200, 60)
        wait_for("every row", lambda: len(self.ids(road)) == rows, 180, 1.0)
        self.assertEqual(road.cluster.ask("select active_pid from pg_replication_slots"), pid, "the walsender was lost")
        self.assertEqual(len(re.findall("works again", engine.logged())), 1, engine.logged())
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def ready(self, port):
        try:
            return self.page(port, "/q/health/ready")[0]
        except OSError:
            return None

    def load(self, road, engine):
        """Far more than the budget holds; memory is looked at all the while."""
        rows, worst, end = 0, 0.0, time.monotonic() + OUTAGE_S
        while time.monotonic() < end or rows < 20 * ROWS_A_TURN:
            road.sql(f"insert into inventory.products (filler) select repeat('x', 400) from generate_series(1, {ROWS_A_TURN})")
            rows, worst = rows + ROWS_A_TURN, max(worst, self.rss_mib(engine))
            time.sleep(0.2)
        print(f"{rows} rows wait; the engine held at most {worst:.0f} MiB", file=sys.stderr)
        if not sanitized():
            self.assertLess(worst, BUDGET_MIB + ALLOWANCE_MIB)
        return rows

    def ids(self, road):
        return {json.loads(data)["after"]["id"] for _, data in road.records("kinesis.inventory.products")}


if __name__ == "__main__":
    unittest.main(verbosity=2)
