#!/usr/bin/env python3
"""The torture rig: a random workload over a real PostgreSQL goes through engine, local AWS, relay and consumer, while everything that
can go wrong does. After each run `tidewire verify` holds what arrived against the log. A seed chooses the configuration, the changes
and the faults; instants vary with the machine, so a replay is alike, not equal.

  torture.py [--seeds N] [--first S] [--seed S] [--minutes M] [--faults a,b] [--patience F] [--keep]
"""
import argparse
import collections
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "road"))
import faults  # noqa: E402
import workload  # noqa: E402
from proxy import Proxy  # noqa: E402
from road import AWS, REGION, SECRET, Cluster, Names, Part, find_bin, free_port, program, sanitized, wait_for  # noqa: E402

import boto3  # noqa: E402
import botocore.config  # noqa: E402

LOAD_SECONDS, FAULTS_PER_RUN, DRAIN_SECONDS = 8, 5, 120
FINDING = re.compile(r".*(?:(?:ERROR|WARNING): \w+Sanitizer|runtime error: ).*")
FAKETIME = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


class Wrong(Exception):
    """What a run found; the words are its line."""


class Rig:
    SINKS = ["kinesis", "kinesis", "kinesis", "sqs"]
    NAMES = {"postgres": "pg.test", "aws": "aws.test"} if Names.WRAPPER else None    # of hosts, as the engine knows them

    def __init__(self, cluster, seed, only, patience=1.0):
        self.cluster, self.seed, self.rng, self.patience = cluster, seed, random.Random(seed), patience
        self.database, self.folder = f"torture_{seed}", pathlib.Path(tempfile.mkdtemp(prefix="tidewire-torture-"))
        self.checkpoints = self.folder / "checkpoints"
        self.parts, self.proxies, self.applied, self.deaths = {}, {}, [], []
        self.consumer_files, self.skews, self.lock = [], {}, threading.Lock()
        self.sink = self.rng.choice(self.SINKS)
        self.names = Names(self.folder) if self.NAMES else None
        self.faketime = None if sanitized() else FAKETIME    # its start and that of a sanitizer's allocator do not go together
        unusable = (() if self.sink == "kinesis" else ("relay", "consumer", "shards")) + (() if self.names else ("names",))
        usable = [f for f in faults.ALL if not f.__name__.endswith(unusable)]
        self.choices = [f for f in usable if not only or f.__name__ in only] or usable
        self.rss_max = self.streamed = 0

    # -- building the road ------------------------------------------------------------------------------------------------
    def sql(self, text, database=None):
        done = subprocess.run(self.cluster.psql(database or self.database, "-v", "ON_ERROR_STOP=1"), input=text, text=True, capture_output=True,
                              env=self.cluster.env())
        assert done.returncode == 0, done.stderr

    def build(self):
        rng = self.rng
        self.tables = workload.tables_of(rng)
        self.cluster.query(f"create database {self.database}")
        self.aws_port = free_port()
        self.proxies = {"postgres": Proxy(self.cluster.port), "aws": Proxy(self.aws_port)}
        direct = {**AWS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.aws_port}"}
        through = {**AWS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.proxies['aws'].port}"}
        self.direct = direct
        self.streams = [f"torture.{workload.SCHEMA}.{table}" for table in self.tables]
        self.write_properties(rng)
        by_name = through
        if self.names:
            by_name = {**through, **self.names.environment(), "AWS_ENDPOINT_URL": f"http://{self.NAMES['aws']}:{self.proxies['aws'].port}"}
            self.names.resolve(*self.NAMES.values())
        self.add("aws", direct, "local", "--port", self.aws_port, "--secret", SECRET, "--data", self.folder / "aws", "--seed", self.seed)
        self.start("aws")
        self.await_aws()
        for stream in self.streams:
            self.kinesis().create_stream(StreamName=stream, ShardCount=rng.randrange(1, 4))
        assert self.run_program("provision", "-c", self.direct_config) == 0, "provision failed"
        assert self.run_program("verify", "-c", self.direct_config, "--begin") == 0, "verify --begin failed"
        self.sql(workload.create(self.tables, rng))
        self.add("engine", by_name, "run", "-c", self.config)
        if self.sink == "kinesis":
            self.add("relay", through, "relay", "-c", self.config)
            self.add("consumer", through, "consume", "-c", self.config, "--output", "json")
        for name in list(self.parts)[1:]:
            self.start(name)

    def write_properties(self, rng):
        lines = {
            "debezium.sink.type": self.sink, "debezium.sink.kinesis.region": REGION, "debezium.sink.sqs.region": REGION,
            "debezium.sink.sqs.queue.url": "torture.fifo",
            "debezium.source.connector.class": "io.debezium.connector.postgresql.PostgresConnector",
            "debezium.source.offset.storage.file.filename": self.folder / "offsets.dat",
            "debezium.source.offset.flush.interval.ms": rng.choice([0, 1000, 60000]),
            "debezium.source.database.hostname": "@HOST@", "debezium.source.database.port": "@PORT@",
            "debezium.source.database.user": "postgres", "debezium.source.database.password": "postgres",
            "debezium.source.database.dbname": self.database, "debezium.source.topic.prefix": "torture",
            "debezium.source.schema.include.list": workload.SCHEMA, "debezium.source.plugin.name": "pgoutput",
            "debezium.source.slot.retry.delay.ms": 500,
            "debezium.format.schemas.enable": rng.choice(["true", "false", "false"]), "quarkus.http.port": 0,
            "tidewire.publisher.threads": rng.choice([1, 1, 2]), "tidewire.memory.budget": rng.choice(["8MiB", "16MiB", "64MiB"]),
            "tidewire.relay.streams": ",".join(self.streams), "tidewire.relay.start": "TRIM_HORIZON",
            "tidewire.relay.checkpoint.dir": self.checkpoints, "tidewire.provision.rule.name": "all",
            "tidewire.provision.rule.pattern": '{"source":[{"prefix":""}]}', "tidewire.provision.queue.name": "torture.fifo",
            "tidewire.provision.queue.content-based-deduplication": "true", "tidewire.provision.target.message-group-id": "g",
            "tidewire.consumer.visibility": "5s", "tidewire.provision.queue.visibility": "5s",
        }
        forms = random.Random(f"forms of records, {self.seed}")    # apart, so that seeds keep the plans that they had without them
        lines["tidewire.sink.kinesis.aggregation"] = forms.choice(["off", "off", "on"])
        lines["tidewire.sink.kinesis.compression"] = forms.choice(["none", "none", "gzip", "zstd"])
        lines |= {"tidewire.catchup": forms.choice(["off", "on"]), "tidewire.catchup.threshold": forms.choice(["4KiB", "64KiB", "1MiB"])}
        for stream in self.streams:
            lines[f"tidewire.relay.{stream}.detail-type"] = "Change"
        if rng.random() < 0.5:
            lines |= {"tidewire.postgres.streaming": "on", "tidewire.spill.max": rng.choice(["1MiB", "1GiB", "1GiB"])}
            self.cluster.query(f"alter database {self.database} set logical_decoding_work_mem = '64kB'")
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        self.config, self.direct_config = self.folder / "application.properties", self.folder / "direct.properties"
        host = self.NAMES["postgres"] if self.names else "127.0.0.1"
        self.config.write_text(text.replace("@HOST@", host).replace("@PORT@", str(self.proxies["postgres"].port)))
        self.direct_config.write_text(text.replace("@HOST@", "127.0.0.1").replace("@PORT@", str(self.cluster.port)))

    def kinesis(self):
        return boto3.client("kinesis", region_name=REGION, endpoint_url=self.direct["AWS_ENDPOINT_URL"], aws_secret_access_key=SECRET,
                            aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"], config=botocore.config.Config(retries={"max_attempts": 6}))

    def add(self, name, environment, *arguments):
        self.parts[name] = Part(name, arguments, self.folder, environment)

    def start(self, name, skew=None):
        part = self.parts[name]
        if name == "consumer":       # a kill may leave half a line; the next one must not be glued to it
            part.out = self.folder / f"consumer.{len(self.consumer_files)}.out"
            self.consumer_files.append(part.out)
        plain = part.environment
        if skew and self.faketime:
            preload = " ".join(filter(None, [str(self.faketime), plain.get("LD_PRELOAD")]))
            part.environment = {**plain, "LD_PRELOAD": preload, "FAKETIME": skew, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        part.start()
        part.environment = plain

    def await_aws(self):
        def up():
            try:
                return self.kinesis().list_streams()
            except Exception:
                return None
        wait_for("the local AWS", up, 30 * self.patience, 0.1)

    def restart_aws(self, local_faults=""):
        part = self.parts["aws"]
        part.kill()
        arguments = part.arguments[:9] + (["--faults", local_faults] if local_faults else [])
        part.arguments = arguments
        part.start()

    def reshard(self, rng, how):
        kinesis, stream = self.kinesis(), rng.choice(self.streams)
        try:
            shards = [s for s in kinesis.list_shards(StreamName=stream)["Shards"] if "EndingSequenceNumber" not in s["SequenceNumberRange"]]
            shards.sort(key=lambda s: int(s["HashKeyRange"]["StartingHashKey"]))
            if how == "split":
                one = rng.choice(shards)["HashKeyRange"]
                shard = next(s for s in shards if s["HashKeyRange"] == one)
                middle = (int(one["StartingHashKey"]) + int(one["EndingHashKey"])) // 2
                kinesis.split_shard(StreamName=stream, ShardToSplit=shard["ShardId"], NewStartingHashKey=str(middle))
            elif len(shards) > 1:
                i = rng.randrange(len(shards) - 1)
                kinesis.merge_shards(StreamName=stream, ShardToMerge=shards[i]["ShardId"], AdjacentShardToMerge=shards[i + 1]["ShardId"])
        except Exception as refused:      # the service may be away, or busy with the last one
            self.applied.append(f"({how} refused: {type(refused).__name__})")

    def run_program(self, *arguments):
        done = subprocess.run([program(), *map(str, arguments)], env=self.direct, capture_output=True, text=True)
        self.said = done.stdout + done.stderr
        return done.returncode

    # -- the run ----------------------------------------------------------------------------------------------------------
    def watch(self):
        """Nothing may end by itself; what did is noted and started again, as a supervisor would."""
        for name, part in self.parts.items():
            if part.process and part.process.poll() is not None:
                self.deaths.append(f"{name} ended with {part.process.returncode}: {part.logged()[-300:].strip()}")
                self.start(name)
        try:
            status = pathlib.Path(f"/proc/{self.parts['engine'].process.pid}/status").read_text()
            self.rss_max = max(self.rss_max, int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024)
        except (OSError, TypeError):
            pass

    def torment(self):
        rng = self.rng
        psql = self.cluster.psql(self.database)
        writers = [workload.Writer(psql, self.cluster.env(), f"{self.seed}.{i}", self.tables, rng.choice([0.004, 0.01, 0.03])) for i in range(2)]
        plan = sorted((rng.uniform(0.2, LOAD_SECONDS), rng.choice(self.choices)) for _ in range(FAULTS_PER_RUN)) if len(self.choices) > 1 else \
            [(LOAD_SECONDS * (i + 0.5) / FAULTS_PER_RUN, self.choices[0]) for i in range(FAULTS_PER_RUN)]
        began = time.monotonic()
        for writer in writers:
            writer.start()
        for at, fault in plan:
            while time.monotonic() - began < at:
                time.sleep(0.05)
                self.watch()
            self.applied.append(fault.__name__)
            fault(self, rng)
            self.watch()
        while time.monotonic() - began < LOAD_SECONDS:
            time.sleep(0.1)
            self.watch()
        for writer in writers:
            writer.over.set()
        for writer in writers:
            writer.join()

    def drain(self):
        for proxy in self.proxies.values():
            proxy.heal()
        self.restart_aws()
        self.await_aws()
        self.watch()
        self.await_end()

    def await_end(self):
        """Until the engine has told PostgreSQL that everything is durable."""
        end = wait_for("PostgreSQL", self.cluster.position, 60 * self.patience)

        def confirmed():
            self.watch()
            return self.cluster.ask(f"select confirmed_flush_lsn >= '{end}' from pg_replication_slots where slot_name = 'debezium'") == "t"
        try:
            wait_for(f"the slot to reach {end}", confirmed, DRAIN_SECONDS * self.patience, 0.2)
        except AssertionError as hang:
            raise Wrong(f"HANG {hang}; engine: {self.parts['engine'].logged()[-600:]}") from None
        self.streamed = int(self.cluster.ask("select stream_txns from pg_stat_replication_slots where slot_name = 'debezium'") or 0)

    def verify(self):
        if self.sink == "sqs":
            if self.run_program("verify", "-c", self.direct_config, "--drain-queue", "torture.fifo") != 0:
                raise Wrong("at the queue:\n" + self.said)
            return self.said.splitlines()[-1]
        result = self.verify_streams()
        until, end = time.monotonic() + DRAIN_SECONDS * self.patience, None
        while True:       # the relay and the consumer are still on their way
            self.watch()
            files = [word for path in self.consumer_files for word in ("--file", path)]
            code, last = self.run_program("verify", "-c", self.direct_config, *files), end
            if code == 0:
                return result
            end = self.said.splitlines()[-1]
            if " 0 inverted, 0 differing, 0 unknown" not in end or time.monotonic() > until:
                tails = "".join(f"\n{name}: {self.parts[name].logged()[-600:]}" for name in ("relay", "consumer"))
                raise Wrong("at the consumer:\n" + self.said + tails)
            time.sleep(0.5 if end != last else 2)

    def verify_streams(self):
        streams = [word for stream in self.streams for word in ("--stream", stream)]
        if self.run_program("verify", "-c", self.direct_config, *streams) != 0:
            raise Wrong("at the streams:\n" + self.said)
        return self.said.splitlines()[-1]

    def stop(self):
        """Whatever is told to end does so with exit code 0; a sanitizer that has found something makes another one of it."""
        self.watch()
        for name, part in reversed(self.parts.items()):
            if (code := part.stop(30 * self.patience)) != 0:
                self.deaths.append(f"{name} was told to end, and did with {code}: {part.logged()[-300:].strip()}")
            self.deaths += [f"{name}: {line}" for line in FINDING.findall(part.logged())]    # also of those that were killed then

    def remove(self, keep):
        for part in self.parts.values():
            if part.process and part.process.poll() is None:
                part.kill()
        for proxy in self.proxies.values():
            proxy.close()
        self.cluster.ask("select count(pg_terminate_backend(active_pid)) from pg_replication_slots where active")
        time.sleep(0.2)
        self.cluster.ask("select count(pg_drop_replication_slot(slot_name)) from pg_replication_slots where not active")
        if not keep:
            self.cluster.ask(f"drop database if exists {self.database} with (force)")
            shutil.rmtree(self.folder, ignore_errors=True)


def run_seed(rig, keep):
    began, problem, result = time.monotonic(), None, ""
    try:
        rig.build()
        rig.torment()
        rig.drain()
        result = rig.verify()
        rig.stop()
        if rig.deaths:
            raise Wrong("DIED " + "; ".join(rig.deaths))
    except Wrong as found:
        problem = str(found)
    except Exception as broken:       # of the rig itself: also not good
        problem = f"RIG {type(broken).__name__}: {broken}"
    finally:
        rig.remove(keep and problem)
    where = f" (kept in {rig.folder})" if keep and problem else ""
    counts = re.search(r"(\d+) expected.*?(\d+) repeated", result)
    words = f"{counts[1]} changes, {counts[2]} repeated" if counts else "-"
    print(f"seed {rig.seed:<5} {'BAD ' if problem else 'GOOD'} {rig.sink}: {words}; {rig.streamed} streamed; engine at most {rig.rss_max} MiB; "
          f"{', '.join(rig.applied)}; "
          f"{time.monotonic() - began:.0f} s{where}", flush=True)
    if problem:
        print("  " + problem.replace("\n", "\n  ") + f"\n  replay: make torture SEED={rig.seed}", flush=True)
    return rig.applied, problem


def main(rig_class=Rig, ask=None):
    """Runs the seeds that the command line asks for -> how many went wrong."""
    ask = ask or argparse.ArgumentParser()
    ask.add_argument("--seeds", type=int, default=12)
    ask.add_argument("--first", type=int, default=1)
    ask.add_argument("--seed", type=int)
    ask.add_argument("--minutes", type=float, default=0, help="begin no further seed after that time")
    ask.add_argument("--faults", default="", help="only these, by name")
    ask.add_argument("--patience", type=float, default=1.0, help="factor of every time limit, for a slow program or machine")
    ask.add_argument("--keep", action="store_true", help="keep folder and database of a run that went wrong")
    given = ask.parse_args()
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    runs, bad, began = collections.Counter(), collections.Counter(), time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)     # what was started is taken down
    signal.signal(signal.SIGINT, signal.default_int_handler)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    cluster = Cluster(find_bin(None))
    try:
        cluster.query("alter system set wal_sender_timeout = '5s'")
        cluster.query("alter system set max_wal_size = '4GB'")
        cluster.ctl("restart")
        failed = done = 0
        for seed in seeds:
            if given.minutes and time.monotonic() - began > given.minutes * 60:
                break
            applied, problem = run_seed(rig_class(cluster, seed, set(filter(None, given.faults.split(","))), given.patience), given.keep)
            done, failed = done + 1, failed + bool(problem)
            for name in set(applied):
                if not name.startswith("("):
                    runs[name] += 1
                    bad[name] += bool(problem)
    finally:
        cluster.remove()
    print(f"\n{'fault':<24} {'runs':>5} {'bad':>5}")
    for name in sorted(runs):
        print(f"{name:<24} {runs[name]:>5} {bad[name]:>5}")
    print(f"{done} seeds, {failed} bad, {time.monotonic() - began:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
