"""What the tests share that compare what two engines print of the same changes (debezium.sink.type=stdout)."""
import collections
import json
import subprocess

from road import Road


class Session:
    """A connection of psql that is told one statement after the other, so that transactions interleave as the test wants it."""

    def __init__(self, road):
        self.psql = subprocess.Popen(road.cluster.psql(Road.DATABASE, "-At", "-v", "ON_ERROR_STOP=1"), stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=road.cluster.env())

    def run(self, sql):
        self.psql.stdin.write(sql.rstrip("; \n") + ";\n\\echo --end--\n")
        self.psql.stdin.flush()
        said = []
        while (line := self.psql.stdout.readline()) != "--end--\n":
            said.append(line)
            assert line, "psql ended: " + "".join(said)

    def close(self):
        self.psql.kill()
        self.psql.communicate()


def plain(line):
    """One event without what the clock of the engine says."""
    event = json.loads(line)
    value = event["value"] or {}
    value.pop("ts_ms", None)
    if value.get("op") == "m" and value["source"]["txId"] is None:
        value["source"].pop("ts_ms")  # a message outside of transactions has no commit whose time it could be
    return json.dumps(event)


def without_order(line):
    """An event without what differs after a restart: the last commit before it is not known then."""
    event = json.loads(line)
    if event["value"] and "source" in event["value"]:
        event["value"]["source"].pop("sequence")
    return plain(json.dumps(event))


def by_stream(events):
    """A stream has its own order; what stands in two has none."""
    found = collections.defaultdict(list)
    for event in events:
        found[json.loads(event)["stream"]].append(event)
    return found


def whole_lines(engine):
    """A kill may leave half a line."""
    lines = engine.lines()
    return lines if not lines or lines[-1].endswith("}") and engine.out.read_bytes().endswith(b"\n") else lines[:-1]


def assert_same(test, expected, found):
    """Both by stream; names the first event that differs."""
    test.assertEqual(expected.keys(), found.keys())
    for stream, events in expected.items():
        for number, (a, b) in enumerate(zip(events, found[stream])):
            test.assertEqual(a, b, f"event {number} of {stream}")
        test.assertEqual(len(events), len(found[stream]), stream)
