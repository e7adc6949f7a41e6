"""What the tests of a first snapshot that is broken off share: a table that is slow to be sent, and what its events make of it."""
import collections
import json
import subprocess
import time
import unittest

from road import Road, wait_for

STREAM = "kinesis.inventory.products"
ROWS = 3000
UNKNOWN = "__debezium_unavailable_value"
# The quota of a shard, 1 MB a second, makes the snapshot slow. The documents are kept outside of their rows, whose updates do not tell them.
TABLES = f"""create schema inventory;
create table inventory.customers (id integer primary key, version integer not null);
insert into inventory.customers values (1, 1), (2, 1);
create table inventory.products (id integer primary key, version integer not null, filler text not null, document text);
alter table inventory.products alter filler set storage plain, alter document set storage external;
insert into inventory.products
  select id, 1, repeat('x', 1500), case when id % 10 = 0 then repeat(id || ' ', 800) end from generate_series(1, {ROWS}) id;
"""
# Rows of the first pages, so that there is room in those that were read for others, which come from pages far behind.
DELETES = f"delete from inventory.products where id % 7 = 0 and id <= {ROWS // 3};\nvacuum inventory.products;\n"
CHANGES = f"""update inventory.products set version = version + 1 where id % 10 = 0 and id > {ROWS // 2};
update inventory.products set version = version + 1 where id % 10 = 0 and id <= {ROWS // 2};
update inventory.products set version = 2 where id % 10 = 5 and id > {ROWS // 2};
insert into inventory.products select id, 1, 'new', 'new' from generate_series({ROWS + 1}, {ROWS + 50}) id;
update inventory.customers set version = 2 where id = 1;
"""
EXTRA = {"debezium.source.table.include.list": "inventory.customers,inventory.products", "debezium.format.schemas.enable": "false",
         "tidewire.snapshot.piece": "64KiB", "tidewire.memory.budget": "4MiB",
         "debezium.source.tombstones.on.delete": "false"}


class BrokenOff(unittest.TestCase):
    def setUp(self):
        self.road = self.enterContext(Road(["--quotas"]))
        self.road.sql(TABLES)
        for table in ("products", "customers"):
            self.road.client("kinesis").create_stream(StreamName=f"kinesis.inventory.{table}", ShardCount=1)
        self.position = self.road.folder / "offsets.dat.tidewire"

    def rows(self, query):
        return subprocess.run(self.road.cluster.psql(Road.DATABASE, "-At", "-c", query), capture_output=True, text=True, check=True,
                              env=self.road.cluster.env()).stdout.splitlines()

    def pages_read(self):
        """Of the large table, as the position file has it: up to that page without a gap."""
        ledger = json.loads(self.position.read_text()).get("snapshot") if self.position.exists() else None
        table = int(self.rows("select 'inventory.products'::regclass::oid")[0])
        end = 0
        for entry in (ledger or {"tables": []})["tables"]:
            for begin, page, _ in entry["pages"] if entry["table"] == table else []:
                end = page if begin == end and page else end
        return end

    def start(self, **more):
        config = self.road.properties(extra={**EXTRA, **more})
        return self.road.part("engine", "run", "-c", config).start()

    def start_and_break_off(self, how, **more):
        """Somewhere in the middle of the large table, with pieces of it in the ledger."""
        engine = self.start(**more)
        before = self.pages_read()
        wait_for("pieces at the sink", lambda: self.pages_read() > before + 60, 60)
        self.assertNotIn("the snapshot is complete", engine.logged())
        how(engine)
        return engine

    def finish(self, engine):
        """Until all is at the sink."""
        wait_for("the snapshot", lambda: json.loads(self.position.read_text())["snapshot_completed"], 60)
        self.road.sql("update inventory.products set version = version + 1 where id <= 3")
        end = self.road.cluster.ask("select pg_current_wal_flush_lsn()")
        wait_for("the slot", lambda: self.road.cluster.ask(f"select confirmed_flush_lsn >= '{end}' from pg_replication_slots") == "t", 60)
        self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def records(self):
        """All that is in the stream, as fast as the quota lets it be read."""
        kinesis, found = self.road.client("kinesis"), []
        where = kinesis.get_shard_iterator(StreamName=STREAM, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while True:
            try:
                page = kinesis.get_records(ShardIterator=where)
            except kinesis.exceptions.ProvisionedThroughputExceededException:
                time.sleep(0.5)
                continue
            if not page["Records"] and not page["MillisBehindLatest"]:
                return found
            found += [record["Data"] for record in page["Records"]]
            where = page["NextShardIterator"]

    def events(self):
        """Each key's, in the order of the stream."""
        found = collections.defaultdict(list)
        for data in self.records():
            event = json.loads(data)
            found[(event["after"] or event["before"])["id"]].append(event)
        return found

    def table(self):
        lines = self.rows("select id, version, coalesce(document, '-') from inventory.products")
        return {int(i): (int(version), document) for i, version, document in (line.split("|") for line in lines)}

    def assert_events_make_the_table(self, events):
        made = {}
        for key, own in events.items():
            highest, document = 0, None
            for event in own:
                if event["op"] == "d":
                    made.pop(key, None)
                    continue
                after = event["after"]
                self.assertGreaterEqual(after["version"], highest, f"{key}: an older state came behind a newer one")
                highest = after["version"]
                if after["document"] != UNKNOWN:
                    document = after["document"] or "-"
                made[key] = (after["version"], document)
        self.assertEqual(made, self.table())
