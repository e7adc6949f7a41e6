#!/usr/bin/env python3
"""The properties file that people have today starts as it is; only the hosts come from the environment."""
import unittest

from road import TESTS, Road, wait_for

SEED = TESTS / "seed" / "application.properties"


class Seed(unittest.TestCase):
    def test_the_unchanged_file_starts_warns_and_publishes(self):
        with Road() as road:
            road.sql((TESTS.parent / "docker" / "postgres" / "inventory.sql").read_text())
            for table in ("products", "customers"):
                road.client("kinesis").create_stream(StreamName=f"kinesis.inventory.{table}", ShardCount=1)
            road.environment.update({"DEBEZIUM_SOURCE_DATABASE_HOSTNAME": "127.0.0.1", "DEBEZIUM_SOURCE_DATABASE_PORT": str(road.cluster.port),
                                     "DEBEZIUM_SINK_KINESIS_ENDPOINT": road.endpoint, "QUARKUS_HTTP_PORT": "0",
                                     "DEBEZIUM_SOURCE_OFFSET_STORAGE_FILE_FILENAME": str(road.folder / "offsets.dat")})
            engine = road.part("engine", "run", "-c", SEED).start()
            for table in ("products", "customers"):
                stream = f"kinesis.inventory.{table}"
                wait_for(f"the rows of {stream}", lambda: len(road.records(stream)) == 5, 30)
            self.assertIn("debezium.source.column.exculde.list", engine.logged())
            self.assertIn("debezium.source.column.exclude.list", engine.logged())
            self.assertTrue(engine.alive())
            self.assertIn(b'"modified_at"', road.records("kinesis.inventory.products")[0][1])
            self.assertEqual(engine.stop(), 0, engine.logged())


if __name__ == "__main__":
    unittest.main(verbosity=2)
