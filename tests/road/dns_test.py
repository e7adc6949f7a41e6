#!/usr/bin/env python3
"""The names of the database and of the sink cannot be resolved for a while, at the start and in the middle: the engine waits, says which, and
nothing is lost. The resolver is libc's with a hosts file of ours (libnss_wrapper)."""
import json
import os
import pathlib
import time
import unittest

from road import Road, wait_for

WRAPPER = next(pathlib.Path("/usr/lib").glob("*/libnss_wrapper.so"))
STREAM = "kinesis.inventory.products"
TABLES = """create schema inventory;
create table inventory.products (id integer primary key, name text);
"""


class Names(unittest.TestCase):
    def test_names_that_cannot_be_resolved_are_waited_for(self):
        with Road() as road:
            road.sql(TABLES)
            road.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
            self.hosts, self.written = road.folder / "hosts", time.time()
            config = road.properties(extra={"debezium.source.database.hostname": "pg.test",
                                            "debezium.format.schemas.enable": "false"})
            self.engine = engine = road.part("engine", "run", "-c", config)
            engine.environment = {**engine.environment, "LD_PRELOAD": str(WRAPPER), "NSS_WRAPPER_HOSTS": str(self.hosts),
                                  "NSS_WRAPPER_DISABLE_DEEPBIND": "1",  # sanitizers refuse it
                                  "TSAN_OPTIONS": f"{os.environ.get('TSAN_OPTIONS', '')} suppressions={self.without_the_wrapper(road)}",
                                  "AWS_ENDPOINT_URL": f"http://aws.test:{road.aws_port}"}
            self.resolve()
            engine.start()
            self.expect_said("pg.test")
            self.resolve("pg.test")
            road.sql("insert into inventory.products values (1, 'waits')")
            self.expect_said("aws.test")
            self.resolve("pg.test", "aws.test")
            self.expect(road, [1])

            self.resolve()
            self.cut(road)
            road.sql("insert into inventory.products values (2, 'waits, too')")
            said = len(engine.logged())
            wait_for("the name in the log again", lambda: "pg.test" in engine.logged()[said:], 30)
            self.resolve("pg.test", "aws.test")
            self.expect(road, [1, 2])
            self.assertEqual(engine.stop(), 0, engine.logged()[-2000:])

    def without_the_wrapper(self, road):
        """ThreadSanitizer is not to judge the wrapper's own locks."""
        file = road.folder / "suppressions"
        file.write_text("called_from_lib:libnss_wrapper.so\nmutex:ld-linux\n")  # at its end it is called by the loader
        return file

    def resolve(self, *names):
        """These names and no others. The wrapper looks at the file's time in whole seconds, so each file is a second younger."""
        self.hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ("localhost", *names)))
        self.written += 1
        os.utime(self.hosts, (self.written, self.written))

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
