#!/usr/bin/env python3
"""A first snapshot that is broken off goes on: what was finished of it is not sent again, what changed meanwhile is, rows that moved from
pages that were not read into those that were included; and the events make the table, those of a key in their order."""
import json
import pathlib
import shutil
import sys
import unittest

from road import TESTS, wait_for
from unfinished import CHANGES, DELETES, ROWS, BrokenOff

sys.path.insert(0, str(TESTS / "torture"))
from proxy import Proxy  # noqa: E402


class UnfinishedSnapshot(BrokenOff):
    def test_it_goes_on_after_a_kill(self):
        self.start_and_break_off(lambda engine: engine.kill())
        first, pages = self.events(), self.pages_read()
        done = [int(i) for i in self.rows(f"select id from inventory.products where ctid < '({pages},0)'")]
        self.assertTrue(set(done) <= set(first), "the ledger has only what is at the sink")
        self.assertLess(len(first), ROWS)
        self.road.sql(DELETES + CHANGES)
        moved = self.rows(f"select id from inventory.products where ctid < '({pages},0)' and id % 10 = 0")
        self.assertTrue(set(map(int, moved)) - set(first), "rows that were not read are on pages that were")

        engine = self.start()
        self.finish(engine)
        self.assertIn("the snapshot that was broken off goes on", engine.logged())
        events = self.events()
        self.assert_events_make_the_table(events)
        for key in done:
            if key % 7 != 0 and key % 5 != 0 and key > 3:
                self.assertEqual([event["op"] for event in events[key]], ["r"], f"{key} was read, and did not change")
        marks = [event["source"]["snapshot"] for own in events.values() for event in own if event["op"] == "r"]
        self.assertEqual(marks.count("last"), 1)
        self.assertNotIn("snapshot", json.loads(self.position.read_text()))

    def test_it_goes_on_after_stops_and_a_lost_connection(self):
        self.start_and_break_off(lambda engine: self.assertEqual(engine.stop(), 0))
        self.road.sql(DELETES + CHANGES)

        def cut(engine):
            self.road.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidewire'")
            wait_for("the next try", lambda: engine.logged().count("the snapshot that was broken off goes on") == 2)
        engine = self.start_and_break_off(cut)
        self.road.sql("update inventory.products set version = version + 1 where id % 11 = 0")
        self.finish(engine)
        self.assertNotIn("somebody else moved", engine.logged())
        self.assert_events_make_the_table(self.events())

    def test_deletions_follow_rows_that_were_sent_of_a_part_that_was_not_finished(self):
        engine = self.start(**{"tidewire.snapshot.piece": "1GiB"})
        wait_for("rows at the sink", self.records)
        engine.kill()
        self.assertEqual(self.pages_read(), 0)
        self.road.sql("delete from inventory.products where id <= 5")
        engine = self.start(**{"tidewire.snapshot.piece": "1GiB"})
        self.finish(engine)
        events = self.events()
        self.assertEqual([event["op"] for event in events[1]], ["r", "d"])
        self.assert_events_make_the_table(events)

    def test_under_other_properties_and_where_it_is_told_to_it_begins_anew(self):
        self.start_and_break_off(lambda engine: engine.kill())
        engine = self.start_and_break_off(lambda engine: engine.kill(), **{"debezium.source.topic.prefix": "kinesis",
                                                                           "debezium.source.decimal.handling.mode": "string"})
        self.assertIn("the snapshot that was broken off begins anew: its properties were changed", engine.logged())
        told = engine.logged().count("begins anew")
        engine = self.start(**{"debezium.source.decimal.handling.mode": "string", "tidewire.snapshot.resume": "off"})
        self.finish(engine)
        self.assertNotIn("goes on", engine.logged())
        self.assertEqual(engine.logged().count("begins anew"), told)
        self.assertEqual(sum(event["op"] == "r" and event["source"]["snapshot"] == "last" for own in self.events().values() for event in own), 1)

    def test_on_a_server_that_lacks_what_was_streamed_it_begins_anew(self):
        """The rest is being read when a copy of the server, older than the changes that came before the rest, takes its place."""
        cluster, proxy = self.road.cluster, Proxy(self.road.cluster.port)
        self.addCleanup(proxy.close)
        more = {"debezium.source.database.port": proxy.port}
        engine = self.start(**more)
        wait_for("pieces at the sink", lambda: self.pages_read() > 60, 60)
        proxy.refusing = True
        proxy.cut()
        cluster.ctl("stop")
        copy = pathlib.Path(cluster.dir) / "copy"
        cluster.server("/bin/cp", "-a", cluster.data, str(copy))       # as the user that has the files
        cluster.ctl("start")
        self.road.sql("update inventory.products set version = version + 1 where id <= 500")
        streamed = cluster.ask("select pg_current_wal_lsn()")
        self.road.sql("update inventory.products set version = version + 1 where id <= 3")
        proxy.refusing = False
        wait_for("the changes", lambda: cluster.ask(f"select confirmed_flush_lsn >= '{streamed}' from pg_replication_slots where not temporary") == "t", 60)
        self.assertFalse(json.loads(self.position.read_text())["snapshot_completed"])
        proxy.refusing = True
        proxy.cut()
        cluster.ctl("stop")
        shutil.rmtree(cluster.data)
        copy.rename(cluster.data)
        (pathlib.Path(cluster.data) / "standby.signal").touch()
        cluster.ctl("start")
        wait_for("the promotion", lambda: cluster.ask("select pg_promote()") == "t", 30)
        wait_for("the checkpoint that ends recovery", lambda: cluster.ask("select timeline_id from pg_control_checkpoint()") == "2", 60)
        proxy.refusing = False
        self.finish(engine)
        self.assertIn("begins anew: the server has another history", engine.logged())
        self.assertEqual(cluster.ask("select confirmed_flush_lsn <= pg_current_wal_lsn() from pg_replication_slots"), "t")


if __name__ == "__main__":
    unittest.main(verbosity=2)
