#!/usr/bin/env python3
"""Engine, relay and consumer are killed one after the other in the middle of 20,000 changes: every change arrives, and the changes of
a key arrive in their order (repeats are allowed)."""
import collections
import unittest

from road import Road, wait_for

ROWS, ROUNDS = 200, 100          # changes = rows * rounds
KILL_AT = {"engine": 0.1, "relay": 0.3, "consumer": 0.5}   # when that share of the changes has arrived

TABLE = """create schema inventory;
create table inventory.products (id integer primary key, version integer not null);
create table inventory.customers (id integer primary key);
"""
INSERTS = f"insert into inventory.products select id, 1 from generate_series(1, {ROWS}) id;\n"
UPDATES = "".join(f"update inventory.products set version = {version};\n" for version in range(2, ROUNDS + 1))


def regressions(versions):
    """Places where a version is new, and yet lower than one seen before: not repeats, but inversions."""
    highest, seen, wrong = 0, set(), []
    for version in versions:
        if version not in seen and version < highest:
            wrong.append((version, highest))
        seen.add(version)
        highest = max(highest, version)
    return wrong


class Kill(unittest.TestCase):
    def test_every_change_arrives_in_the_order_of_its_key(self):
        with Road() as road:
            road.sql(TABLE)
            config = road.properties(extra={"debezium.format.schemas.enable": "false"})
            self.assertEqual(road.part("provision", "provision", "-c", config).start().ended(), 0)
            parts = {"engine": road.part("engine", "run", "-c", config).start(),
                     "relay": road.part("relay", "relay", "-c", config).start(),
                     "consumer": road.part("consumer", "consume", "-c", config, "--output", "json").start()}
            wait_for("the slot", lambda: road.cluster.ask("select count(*) from pg_replication_slots where active") == "1", 30)
            road.sql(INSERTS + UPDATES)
            for name, share in KILL_AT.items():
                enough = share * ROWS * ROUNDS
                wait_for(f"{enough:g} changes", lambda: len(parts["consumer"].lines()) >= enough, 120)
                parts[name].kill()
                parts[name].start()
            latest = collections.defaultdict(list)

            def all_arrived():
                latest.clear()
                for event in road.events(parts["consumer"]):
                    latest[event["after"]["id"]].append(event["after"]["version"])
                return sum(len(set(versions)) for versions in latest.values()) == ROWS * ROUNDS
            wait_for("every change", all_arrived, 180, 1.0)
            self.assertEqual({key: wrong for key, versions in latest.items() if (wrong := regressions(versions))}, {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
