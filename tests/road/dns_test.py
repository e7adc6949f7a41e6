#!/usr/bin/env python3
"""The names of the database and of the sink cannot be resolved for a while, at the start and in the middle: the engine waits, says which, and
nothing is lost."""
import json
import unittest

from road import Names, Road, wait_for

STREAM = "kinesis.inventory.products"
TABLES = """create schema inventory;
create table inventory.products (id integer primary key, name text);
"""


class Resolving(unittest.TestCase):
    def test_names_that_cannot_be_resolved_are_waited_for(self):
        with Road() as road:
            road.sql(TABLES)
            road.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
            names = Names(road.folder)
            config = road.properties(extra={"debezium.source.database.hostname": "pg.test",
                                            "debezium.format.schemas.enable": "false"})
            self.engine = engine = road.part("engine", "run", "-c", config)
            engine.environment = {**engine.environment, **names.environment(), "AWS_ENDPOINT_URL": f"http://aws.test:{road.aws_port}"}
            engine.start()
            self.expect_said("pg.test")
            names.resolve("pg.test")
            road.sql("insert into inventory.products values (1, 'waits')")
            self.expect_said("aws.test")
            names.resolve("pg.test", "aws.test")
            self.expect(road, [1])

            names.resolve()
            said = len(engine.logged())
            self.cut(road)
            road.sql("insert into inventory.products values (2, 'waits, too')")
            wait_for("the name in the log again", lambda: "pg.test" in engine.logged()[said:], 30)
            names.resolve("pg.test", "aws.test")
            self.expect(road, [1, 2])
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def cut(self, road):
        """Ends the connections, so that names are needed again."""
        road.cluster.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%tidewire%' or backend_type = 'walsender'")

    def expect_said(self, name):
        wait_for(f"{name} in the log", lambda: name in self.engine.logged(), 30)
        self.assertTrue(self.engine.alive(), self.engine.logged())

    def expect(self, road, ids):
        wait_for(f"rows {ids}", lambda: [json.loads(data)["after"]["id"] for _, data in road.records(STREAM)] == ids, 60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
