"""A temporary PostgreSQL with backlogs: changes that wait behind a slot, to be drained as often as one likes.

Each workload has a master slot that never moves; a run copies it, drains the copy and drops it.
"""
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"))
import cluster as clusters  # noqa: E402  (the golden cases' PostgreSQL serves here too)

DATABASE = "bench"
SETTINGS = {"shared_buffers": "256MB", "synchronous_commit": "off", "autovacuum": "off", "max_wal_size": "20GB", "checkpoint_timeout": "30min",
            "max_replication_slots": "40", "max_wal_senders": "40"}

TEXT = ("'Description of product number '||%s||': a small and light scooter, 16 oz., with rounded handles, available in '||(%s %% 97)||' colours'")
# id by the table's own sequence; the other columns as the seed's rows are
PRODUCT = ("'product-'||{n}, " + TEXT % ("{n}", "{n}") + ", timestamp '2024-01-01' + {n} * interval '1 second', "
           "timestamp '2024-01-01' + {n} * interval '1 second'")

SCHEMA = """
create schema inventory;
create table inventory.products (
  id serial primary key, name varchar(255) not null, description varchar(512),
  created_at timestamp not null default current_timestamp, modified_at timestamp not null default current_timestamp);
alter table inventory.products replica identity full;
create table inventory.keyed (like inventory.products including all);
create table inventory.full_rows (like inventory.products including all);
alter table inventory.full_rows replica identity full;
create table inventory.wide (id bigserial primary key, c1 int, c2 bigint, c3 numeric(12,2), c4 boolean, c5 double precision, c6 date,
  c7 timestamp, c8 timestamptz, c9 uuid, c10 jsonb, c11 varchar(64), c12 varchar(64), c13 varchar(128), c14 varchar(128), c15 text, c16 text,
  c17 text, c18 text, c19 smallint);
create table backlog (name text primary key, publication text, events bigint, last pg_lsn);
create publication inventory for table inventory.products, inventory.keyed, inventory.full_rows, inventory.wide;
-- `change` runs once per transaction, with the number of its first row as $1 and that of its last as $2
create procedure fill(rows bigint, rows_each bigint, change text) language plpgsql as $$
begin
  for i in 0 .. rows / rows_each - 1 loop
    execute change using i * rows_each + 1, (i + 1) * rows_each;
    commit;
  end loop;
end $$;
"""

INSERT = ("insert into inventory.products (name, description, created_at, modified_at) select " + PRODUCT.format(n="n") +
          " from generate_series($1, $2) n")
KEYED = ("update inventory.keyed set description = description || '!', modified_at = modified_at + interval '1 hour' "
         "where id between ($1 - 1) %% %d + 1 and ($2 - 1) %% %d + 1")
FULL = "update inventory.full_rows set description = description || '!', modified_at = modified_at + interval '1 hour' where id between $1 and $2"
WIDE = """insert into inventory.wide (c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19)
select n, n * 1000003, (n % 1000000) / 7.0, n % 2 = 0, n * 1.2345678, date '2024-01-01' + (n % 1000)::int,
  timestamp '2024-01-01 00:00:00.123456' + n * interval '1 s', timestamptz '2024-01-01 00:00:00.654321+00' + n * interval '1 s',
  md5(n::text)::uuid, jsonb_build_object('k', n, 'tag', 'blue', 'list', jsonb_build_array(1, 2, 3)), md5(n::text), repeat('ab', 25),
  repeat('lorem ipsum ', 9), repeat('dolor "sit" ', 9), repeat('x', 60)||n, repeat('consectetur ', 10), repeat(E'adipiscing\\n', 10),
  repeat('żółć ', 15), n % 30000 from generate_series($1, $2) n"""
KEYS = 10_000


def rows(table, count):
    return (f"insert into inventory.{table} (id, name, description, created_at, modified_at) select n, " + PRODUCT.format(n="n") +
            f" from generate_series(1, {count}) n;")


class Workload:
    def __init__(self, says, rows_each, change, table, prepare=None, shrink=1, row_events=1):
        self.says, self.rows_each, self.change, self.table = says, rows_each, change, table
        self.prepare, self.shrink, self.row_events = prepare, shrink, row_events


WORKLOADS = {
    "tx100": Workload("inserts of the seed's table, 100 rows a transaction", 100, INSERT, "products"),
    "tx1": Workload("the same, 1 row a transaction", 1, INSERT, "products", shrink=2),
    "tx10000": Workload("the same, 10,000 rows a transaction", 10_000, INSERT, "products"),
    "keys": Workload("updates of 10,000 keys in turn, 100 rows a transaction", 100, KEYED % (KEYS, KEYS), "keyed",
                     prepare=lambda count: rows("keyed", KEYS)),
    "full": Workload("updates under REPLICA IDENTITY FULL, 100 rows a transaction", 100, FULL, "full_rows",
                     prepare=lambda count: rows("full_rows", count), shrink=2),
    "wide": Workload("inserts of 20 columns, about 1 KB, 100 rows a transaction", 100, WIDE, "wide", shrink=4),
    "tpcb": Workload("pgbench's TPC-B, 4 rows a transaction", 1, None, None, row_events=4),
}


class Backlogs:
    """The cluster, started here or running at `port`, and its backlogs."""

    def __init__(self, port=None, tls=False):
        clusters.SETTINGS.update(SETTINGS)
        self.cluster = clusters.Cluster(clusters.find_bin(None), port)
        if tls:
            self.encrypt()
        if not self.cluster.ask(f"select 1 from pg_database where datname = '{DATABASE}'"):
            self.cluster.query(f"create database {DATABASE}")
            self.sql(SCHEMA)
        self.slots = 0

    def encrypt(self):
        """From now on whoever connects over TCP gets TLS, unless they refuse it."""
        key, certificate = (pathlib.Path(self.cluster.data) / name for name in ("server.key", "server.crt"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        key.chmod(0o600)
        for file in (key, certificate):
            shutil.chown(file, key.parent.owner())
        self.cluster.query("alter system set ssl = on")
        self.cluster.query("select pg_reload_conf()")

    def sql(self, text):
        done = subprocess.run(self.cluster.psql(DATABASE, "-At", "-v", "ON_ERROR_STOP=1"), input=text, text=True, capture_output=True,
                              env=self.cluster.env())
        if done.returncode:
            raise SystemExit("psql: " + done.stderr)
        return done.stdout.strip()

    def prepare(self, name, events):
        """Writes the backlog unless it is there -> (publication, events, last position)."""
        work = WORKLOADS[name]
        found = self.sql(f"select publication, events, last from backlog where name = '{name}'")
        if not found:
            events = events // work.shrink
            if work.prepare:
                self.sql(work.prepare(events))
            if work.change is None:
                self.pgbench("-i", "-q", "-s", "10")
                self.sql("create publication tpcb for table pgbench_accounts, pgbench_branches, pgbench_tellers, pgbench_history; checkpoint")
            publication = "tpcb" if work.change is None else "inventory"
            self.sql(f"checkpoint; select pg_create_logical_replication_slot('master_{name}', 'pgoutput')")
            if work.change is None:
                self.pgbench("-n", "-c", "4", "-j", "1", "-t", str(events // 16))
                events = events // 16 * 16
            else:
                events = events // work.rows_each * work.rows_each
                quoted = work.change.replace("'", "''")
                self.sql(f"call fill({events}, {work.rows_each}, '{quoted}')")
            # One more transaction, so that a reader learns that it is past the last position.
            self.sql(f"insert into backlog values ('{name}', '{publication}', {events}, pg_current_wal_insert_lsn()); "
                     "select pg_logical_emit_message(true, 'bench', 'end')")
            found = self.sql(f"select publication, events, last from backlog where name = '{name}'")
        publication, events, last = found.split("|")
        return publication, int(events), last

    def pgbench(self, *arguments):
        subprocess.run([self.cluster.bin + "/pgbench", "-h", "127.0.0.1", "-p", str(self.cluster.port), "-U", "postgres", *arguments, DATABASE],
                       check=True, capture_output=True)

    def copy_slot(self, name):
        self.slots += 1
        slot = f"run_{self.slots}"
        self.drop_slot(slot)
        self.sql(f"select pg_copy_logical_replication_slot('master_{name}', '{slot}')")
        return slot

    def drop_slot(self, slot):
        self.sql(f"""do $$ begin
          for i in 1 .. 200 loop
            exit when not exists (select 1 from pg_replication_slots where slot_name = '{slot}' and active);
            perform pg_sleep(0.05);
          end loop;
          perform pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '{slot}';
        end $$""")

    def walsender(self, slot):
        """The process that serves a slot, or None."""
        return int(self.cluster.ask(f"select active_pid from pg_replication_slots where slot_name = '{slot}'") or 0) or None

    def share(self, name, slot, last):
        """How much of the backlog's log the slot's reader has confirmed, 0 to 1 at `last`."""
        return float(self.cluster.ask(
            "select (run.confirmed_flush_lsn - master.confirmed_flush_lsn) / "
            f"('{last}' - master.confirmed_flush_lsn) from pg_replication_slots run, pg_replication_slots master "
            f"where run.slot_name = '{slot}' and master.slot_name = 'master_{name}'"))

    def confirmed(self, slot, position):
        return self.cluster.ask(f"select confirmed_flush_lsn >= '{position}' from pg_replication_slots where slot_name = '{slot}'") == "t"

    def close(self):
        self.cluster.remove()
