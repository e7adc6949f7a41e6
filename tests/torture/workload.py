"""Random changes of a few tables: hot keys, key changes, big and tiny transactions, savepoints that are rolled back, DDL, TOAST."""
import random
import subprocess
import threading

SCHEMA = "w"
HOT_KEYS = 12


def tables_of(rng):
    return [f"t{i}" for i in range(rng.randrange(3, 6))]


def create(tables, rng):
    sql = f"create schema {SCHEMA};\n"
    for table in tables:
        sql += (f"create table {SCHEMA}.{table} (id integer primary key, v bigint, name text, big text, flag boolean, at timestamptz, n numeric);\n"
                f"alter table {SCHEMA}.{table} alter big set storage external;\n")
        if rng.random() < 0.3:
            sql += f"alter table {SCHEMA}.{table} replica identity full;\n"
    sql += "".join(f"insert into {SCHEMA}.{table} (id, v, name) select i, i, 'before' from generate_series(1, 200) i;\n" for table in tables)
    return sql


def _key(rng):
    return rng.randrange(1, HOT_KEYS) if rng.random() < 0.7 else rng.randrange(1, 400)


def _statement(rng, table):
    kind, key = rng.random(), _key(rng)
    value = rng.randrange(1 << 40)
    if kind < 0.35:
        return (f"insert into {table} (id, v, name, flag, at, n) values ({key}, {value}, 'it''s {value}', {value % 2 == 0}, now(), {value}.25) "
                f"on conflict (id) do update set v = excluded.v, name = excluded.name;")
    if kind < 0.65:
        return f"update {table} set v = {value}, at = now() where id = {key};"
    if kind < 0.75:
        return f"delete from {table} where id = {key};"
    if kind < 0.83:
        return f"update {table} set id = {rng.randrange(1, 400)} where id = {key};"     # a taken key fails the transaction: welcome
    if kind < 0.92:
        return f"update {table} set big = repeat(md5('{value}'), {rng.randrange(100, 1500)}) where id = {key};"
    return f"update {table} set flag = not coalesce(flag, false) where id between {key} and {key + 20};"


def _bulk(rng, table):
    first, count = rng.randrange(1000, 100_000), rng.randrange(50, 500)
    return (f"insert into {table} (id, v, name) select i, {first}, 'bulk' from generate_series({first}, {first + count}) i "
            f"on conflict (id) do update set v = excluded.v;")


def _large(rng, pick):
    """A megabyte or so over some time, with a savepoint, and perhaps all for nothing: what a walsender streams where its memory is small."""
    key, value = rng.randrange(1, 160), rng.randrange(1 << 40)
    steps = [_bulk(rng, pick()), f"update {pick()} set big = repeat(md5('{value}'), 1000) where id between {key} and {key + 40};",
             "savepoint a;", _bulk(rng, pick()), _statement(rng, pick()), rng.choice(["rollback to a;", "release a;"]),
             f"alter table {pick()} add column if not exists extra_{rng.randrange(3)} text default 'large';", _bulk(rng, pick())]
    pause = f"select pg_sleep({rng.uniform(0, 0.1):.3f});"
    return "\n".join(["begin;", *(line for step in steps for line in (step, pause)), "rollback;" if rng.random() < 0.25 else "commit;", ""])


def transaction(rng, tables):
    """One transaction as SQL text."""
    pick = lambda: f"{SCHEMA}.{rng.choice(tables)}"  # noqa: E731
    kind = rng.random()
    if kind < 0.45:
        return _statement(rng, pick()) + "\n"
    if kind < 0.75:
        return "begin;\n" + "\n".join(_statement(rng, pick()) for _ in range(rng.randrange(2, 12))) + "\ncommit;\n"
    if kind < 0.87:
        inner = "\n".join(_statement(rng, pick()) for _ in range(3))
        return (f"begin;\n{_statement(rng, pick())}\nsavepoint a;\n{inner}\nrollback to a;\n{_statement(rng, pick())}\nsavepoint b;\n"
                f"{_statement(rng, pick())}\nrelease b;\ncommit;\n")
    if kind < 0.91:
        return f"begin;\n{_statement(rng, pick())}\n{_statement(rng, pick())}\nrollback;\n"
    if kind < 0.925:
        return _bulk(rng, pick()) + "\n"
    if kind < 0.935:
        return _large(rng, pick)
    column = f"extra_{rng.randrange(3)}"
    return (f"alter table {pick()} add column if not exists {column} text default 'd{rng.randrange(100)}';\n" if kind < 0.97
            else f"alter table {pick()} drop column if exists {column};\n")


class Writer(threading.Thread):
    """A session that goes on until told to stop; a lost connection is opened anew."""

    def __init__(self, psql, env, seed, tables, pace):
        super().__init__(daemon=True)
        self.psql, self.env, self.rng, self.tables, self.pace = psql, env, random.Random(seed), tables, pace
        self.over, self.transactions = threading.Event(), 0

    def run(self):
        while not self.over.is_set():
            session = subprocess.Popen(self.psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
                                       env=self.env)
            try:
                while not self.over.wait(self.pace) and session.poll() is None:
                    session.stdin.write(transaction(self.rng, self.tables))
                    session.stdin.flush()
                    self.transactions += 1
            except BrokenPipeError:
                pass
            try:
                session.communicate(timeout=10)
            except (subprocess.TimeoutExpired, BrokenPipeError):
                session.kill()
                session.wait()
            self.over.wait(0.1)
