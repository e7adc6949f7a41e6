#!/usr/bin/env python3
"""What `check` says about a database: whatever would keep the first start from working is told before it, with the remedy."""
import pathlib
import subprocess
import unittest

from road import Road, program

TABLE = "create schema shop; create table shop.items (id integer primary key); create role reader login replication;"


class Check(unittest.TestCase):
    def check(self, road, **more):
        lines = {"debezium.sink.type": "stdout", "debezium.source.database.hostname": "127.0.0.1", "debezium.source.database.port": road.cluster.port,
                 "debezium.source.database.user": "reader", "debezium.source.database.dbname": road.DATABASE,
                 "debezium.source.topic.prefix": "p", "debezium.source.offset.storage.file.filename": road.folder / "offsets.dat",
                 **{"debezium.source." + name.replace("_", "."): value for name, value in more.items()}}
        path = pathlib.Path(road.folder, "check.properties")
        path.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        done = subprocess.run([program(), "check", "-c", path], env=road.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout + done.stderr

    def test_rights_that_the_first_start_needs(self):
        with Road() as road:
            road.sql(TABLE)
            code, text = self.check(road)
            self.assertEqual(code, 1, text)
            self.assertIn('PROBLEM   publication dbz_publication: is not there, and role reader is no superuser', text)
            self.assertIn('CREATE PUBLICATION "dbz_publication" FOR ALL TABLES', text)
            self.assertIn('PROBLEM   table shop.items: a snapshot may not read it: GRANT USAGE ON SCHEMA "shop" TO "reader"', text)
            road.sql("grant usage on schema shop to reader;")
            code, text = self.check(road, publication_autocreate_mode="filtered")
            self.assertEqual(code, 1, text)
            self.assertIn(f'role "reader" may not make it: GRANT CREATE ON DATABASE "{road.DATABASE}" TO "reader"', text)
            self.assertIn('a snapshot may not read it: GRANT SELECT ON "shop"."items" TO "reader"', text)
            code, text = self.check(road, publication_autocreate_mode="filtered", snapshot_mode="never")
            self.assertIn("note      table shop.items: a snapshot may not read it", text)
            road.sql(f'grant select on shop.items to reader; grant create on database "{road.DATABASE}" to reader;')
            code, text = self.check(road, publication_autocreate_mode="filtered")
            self.assertEqual(code, 0, text)
            self.assertNotIn("PROBLEM", text)

    def test_a_position_that_could_not_be_kept(self):
        with Road() as road:
            road.sql(TABLE + "create publication dbz_publication for all tables; grant usage on schema shop to reader; grant select on shop.items to reader;")
            code, text = self.check(road, offset_storage_file_filename=road.folder / "check.properties" / "offsets.dat")
            self.assertEqual(code, 1, text)
            self.assertIn("check.properties/offsets.dat.tidewire: " + str(road.folder / "check.properties") + " is no folder", text)
            pathlib.Path(road.folder, "offsets.dat.tidewire").write_text("?")
            code, text = self.check(road)
            self.assertEqual(code, 1, text)
            self.assertIn("PROBLEM   position: the position file", text)

    def test_values_that_updates_leave_out(self):
        with Road() as road:
            road.sql(TABLE + """create publication dbz_publication for all tables; grant usage on schema shop to reader;
                create table shop.texts (id integer primary key, small text, large text); alter table shop.texts alter small set storage main;
                grant select on all tables in schema shop to reader;""")
            self.assertNotIn("out of line", self.check(road)[1])
            road.sql("insert into shop.texts select 1, 's', string_agg(md5(i::text), '') from generate_series(1, 200) i;")
            code, text = self.check(road)
            self.assertEqual(code, 0, text)
            self.assertIn('note      table shop.texts: has values out of line (large), for which an update that leaves them alone sends '
                          '"__debezium_unavailable_value"; ALTER TABLE … REPLICA IDENTITY FULL', text)
            road.sql("alter table shop.texts replica identity full;")
            self.assertNotIn("out of line", self.check(road)[1])

    def test_what_aws_says_in_lines_is_one_line(self):
        with Road() as road:
            road.sql(TABLE)
            path = pathlib.Path(road.folder, "relay.properties")
            path.write_text("tidewire.relay.streams=s\n")
            done = subprocess.run([program(), "check", "-c", path], env={**road.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=300)
            self.assertEqual(done.returncode, 1, done.stdout)
            found = done.stdout.split("\n\n")[-2].splitlines()
            self.assertTrue(all(line.startswith("PROBLEM ") for line in found), done.stdout)
            self.assertIn("InvalidSignatureException", found[0])

    def test_a_slot_that_could_not_be_made(self):
        with Road() as road:
            road.sql(TABLE + "create publication dbz_publication for all tables; grant usage on schema shop to reader; grant select on shop.items to reader;")
            self.assertEqual(self.check(road)[0], 0)
            road.sql("select pg_create_physical_replication_slot('s' || n) from generate_series(1, current_setting('max_replication_slots')::int) n;")
            code, text = self.check(road)
            self.assertEqual(code, 1, text)
            self.assertIn("PROBLEM   slot debezium: is not there, and all 20 replication slots of the server are in use", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
