"""`tidewire run` and `tidewire local` as processes that are measured."""
import os
import pathlib
import re
import socket
import subprocess
import time
import urllib.request

from measure import ROOT
from backlog import DATABASE
from cluster import free_port

SECRET = "bench"
AWS = {"AWS_ACCESS_KEY_ID": "AKIABENCH", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}


def program():
    """TIDEWIRE, or the release build, which is made where it is missing."""
    built = ROOT / "build" / "release" / "tidewire"
    if "TIDEWIRE" not in os.environ and not built.exists():
        subprocess.run(["make", "-C", ROOT, "build"], check=True)
    return os.environ.get("TIDEWIRE", str(built))


def environment():
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DEBEZIUM_", "QUARKUS_", "TIDEWIRE_"))}, **AWS}


def wait_for(what, condition, seconds=120.0, pause=0.02):
    end = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > end:
            raise SystemExit(f"waited {seconds:g} s for {what}")
        time.sleep(pause)
    return answer


class Running:
    """A process of the program and the file that it writes its log to."""

    def said(self):
        return pathlib.Path(self.log.name).read_text()[-2000:]

    def must_run(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{' '.join(self.process.args)} ended with {self.process.returncode}: {self.said()}")
        return True


class Endpoint(Running):
    """The local AWS, with a latency for each call."""

    def __init__(self, folder, latency_ms=0, memory="128MiB"):
        self.port = free_port()
        faults = ["--faults", f"latency={latency_ms}ms"] if latency_ms else []
        self.log = open(pathlib.Path(folder) / f"local-{self.port}.log", "w")
        self.process = subprocess.Popen([program(), "local", "--port", str(self.port), "--secret", SECRET, "--memory", memory, *faults],
                                        env=environment(), stdout=self.log, stderr=self.log)
        wait_for("the local AWS", self.listens, 15)

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def properties(port, endpoint, slot, publication, schemas, more=None):
    lines = {
        "debezium.sink.type": "kinesis", "debezium.sink.kinesis.region": "us-east-1",
        "debezium.sink.kinesis.endpoint": f"http://127.0.0.1:{endpoint.port}",
        "debezium.source.connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "debezium.source.offset.storage": "org.apache.kafka.connect.storage.MemoryOffsetBackingStore",
        "debezium.source.database.hostname": "127.0.0.1", "debezium.source.database.port": port, "debezium.source.database.user": "postgres",
        "debezium.source.database.password": "x", "debezium.source.database.dbname": DATABASE, "debezium.source.topic.prefix": "bench",
        "debezium.source.plugin.name": "pgoutput", "debezium.source.message.prefix.exclude.list": "bench", "debezium.source.slot.name": slot, "debezium.source.publication.name": publication,
        "debezium.source.publication.autocreate.mode": "disabled", "debezium.source.snapshot.mode": "never",
        "debezium.source.table.include.list": ",".join(f"inventory.{t}" for t in ("products", "keyed", "full_rows", "wide", "lat"))
        + ",public.pgbench_accounts,public.pgbench_branches,public.pgbench_tellers,public.pgbench_history",
        "quarkus.http.port": free_port(), "quarkus.log.console.json": "false", **(more or {})}
    if not schemas:
        lines.update({"debezium.format.value.schemas.enable": "false", "debezium.format.key.schemas.enable": "false"})
    return lines


class Part(Running):
    """A command of the program that runs with a file of properties."""

    def __init__(self, folder, name, lines, command, *arguments):
        self.path = pathlib.Path(folder) / f"{name}.properties"
        self.path.write_text("".join(f"{k}={v}\n" for k, v in lines.items()))
        self.log = open(self.path.with_suffix(f".{command}.log"), "w")
        prefix = os.environ.get("BENCH_WRAP", "").split()     # such as: perf record -g -o FILE --
        out = subprocess.DEVNULL if command == "consume" else self.log
        self.process = subprocess.Popen([*prefix, program(), command, "-c", str(self.path), *arguments], env=environment(), stdout=out, stderr=self.log)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        self.log.close()
        return self.process.returncode


class Engine(Part):
    def __init__(self, folder, lines):
        super().__init__(folder, lines["debezium.source.slot.name"], lines, "run")
        self.http = lines["quarkus.http.port"]

    def figures(self):
        """The engine's counters by name."""
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.http}/metrics", timeout=5).read().decode()
        return {name: float(value) for name, value in re.findall(r"^(tidewire_\w+)(?:\{[^}]*\})? (\S+)$", text, re.M)}

    def published(self):
        """How many events the endpoint has acknowledged; 0 while nobody answers yet."""
        try:
            return self.figures()["tidewire_records_published_total"]
        except OSError:
            return 0


def provision_from(folder, name, lines):
    """Makes what the properties name: streams, buses, rules and queues."""
    making = Part(folder, name, lines, "provision")
    making.process.wait()
    if making.close():
        raise SystemExit(making.said())


def provision(folder, lines):
    """Makes the streams of all tables."""
    provision_from(folder, "provision", {**lines, "debezium.source.slot.name": "provision"})
