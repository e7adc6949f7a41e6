"""A real Debezium Server, unmodified, as a reader of the same backlogs: what `--with-debezium DIR` adds."""
import pathlib
import re
import sys
import time

from engine import AWS, ROOT, properties, provision, wait_for
from measure import cpu_s, cpu_s_with_ended_threads, machine_busy_s, peak_rss_mib

sys.path.insert(0, str(ROOT / "tests" / "compat"))
from debezium_dist import DebeziumServer  # noqa: E402

START_S = 120
STILL_S = 60      # so long nothing moves: it has stopped
POLL_S = 0.05
FLUSH_MS = 500    # how often it tells PostgreSQL how far it is; its own default is a minute


class Debezium:
    """An unpacked debezium-server folder. JAVA_HOME says which Java runs it, JAVA_OPTS how."""

    def __init__(self, folder, warm_up_s, window_s):
        self.folder, self.warm_up_s, self.window_s = pathlib.Path(folder).expanduser().resolve(), warm_up_s, window_s
        runner = next(self.folder.glob("*-runner.jar"), None)
        if not runner or not (self.folder / "run.sh").exists():
            raise SystemExit(f"{folder} is not an unpacked debezium-server: it has no run.sh or no *-runner.jar")
        version = re.search(r"(\d+)\.[\d.]*\d", runner.name)
        self.major, self.name = int(version[1]), f"Debezium Server {version[0]}"

    def settings(self, lines):
        made = {**lines, "debezium.source.offset.flush.interval.ms": FLUSH_MS}
        if self.major >= 3:
            made["debezium.source.snapshot.mode"] = "no_data"     # as `never` is called since
        return "".join(f"{key}={value}\n" for key, value in made.items())

    def run(self, backlogs, name, endpoint, schemas, folder, watch_of):
        """One run -> its figures, of the window in which it is warm.

        A JVM needs half a minute to come up to its pace, so a whole backlog would not tell it. What it has confirmed to PostgreSQL is durable;
        the rows of a backlog are alike, so its share of the log is the share of the events.
        """
        publication, events, last = backlogs.prepare(name, 0)
        slot = backlogs.copy_slot(name)
        lines = properties(backlogs.cluster.port, endpoint, slot, publication, schemas)
        provision(folder, lines)
        home = pathlib.Path(folder) / f"debezium-{slot}"
        server = DebeziumServer(self.folder, home, self.settings(lines), AWS)
        server.start()
        try:
            done = self.window(lambda: backlogs.share(name, slot, last), events, server, endpoint, watch_of(backlogs, slot))
            return {"reader": self.name, "workload": name, **done}
        except SystemExit as reason:
            raise SystemExit(f"{self.name}: {reason}\n{server.logged()[-2000:]}")
        finally:
            server.kill()
            backlogs.drop_slot(slot)

    def window(self, share, events, server, endpoint, watch):
        def look():
            watch.look()
            return {"at": time.monotonic(), "share": share(), "own": cpu_s_with_ended_threads(server.process.pid),
                    "walsender": watch.seen, "endpoint": cpu_s(endpoint.process.pid), "busy": machine_busy_s()}

        def moved(after, not_before, seconds):
            """The first look at which the slot has moved on, at that time or later."""
            def found():
                if server.process.poll() is not None:
                    raise SystemExit("it ended")
                seen = look()
                if seen["share"] > 0.99:
                    raise SystemExit("the backlog ended before its pace was measured: more --events, or less --debezium-warm-up")
                return seen if seen["share"] > after["share"] and seen["at"] >= not_before else None
            return wait_for("its next position", found, seconds, POLL_S)

        first = moved({"share": 0}, 0, START_S)
        # From a position that just came to one that just came: how often it tells them does not matter.
        warm = moved(moved(first, first["at"] + self.warm_up_s, self.warm_up_s + STILL_S), 0, STILL_S)
        end = moved(moved(warm, warm["at"] + self.window_s, self.window_s + STILL_S), 0, STILL_S)
        done, wall = events * (end["share"] - warm["share"]), end["at"] - warm["at"]
        spent = {what: end[what] - warm[what] for what in ("own", "walsender", "endpoint", "busy")}
        return {"events": round(done), "wall_s": wall, "rate": done / wall,
                "reader_cpu": spent["own"] * 1e6 / done, "walsender_cpu": spent["walsender"] * 1e6 / done,
                "endpoint_cpu": spent["endpoint"] * 1e6 / done, "rss_mib": peak_rss_mib(server.process.pid),
                "foreign_cores": (spent["busy"] - spent["own"] - spent["walsender"] - spent["endpoint"]) / wall}
