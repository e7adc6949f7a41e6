"""What the tests of the whole road share: PostgreSQL, the program's parts as processes, the AWS side through boto3."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import boto3
import botocore.config

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
sys.path.insert(0, str(TESTS / "golden"))
from cluster import Cluster, find_bin, free_port  # noqa: E402  (the golden runner's PostgreSQL serves here too)

SECRET = "road"
REGION = "us-east-1"
PATIENCE = 5        # how many times longer than on a machine of its own a test may wait for anything: others are slow, or busy
AWS = {"AWS_ACCESS_KEY_ID": "AKIAROAD", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}


def program():
    """The program under test: TIDEWIRE, set by CTest, or the release build."""
    return os.environ.get("TIDEWIRE", str(TESTS.parent / "build" / "release" / "tidewire"))


def sanitized():
    """Whether the program carries a sanitizer, whose shadow and quarantine would be taken for its own memory."""
    image = pathlib.Path(program()).read_bytes()
    return b"__asan_init" in image or b"__tsan_init" in image


def wait_for(what, condition, seconds=60.0, pause=0.05):
    """Until condition() answers something true, which is returned; AssertionError naming `what` when it never does."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s for {what}")
        time.sleep(pause)


class Names:
    """Names of hosts that can be resolved, or not, as long as the test wants: libc's resolver with a hosts file of ours (libnss_wrapper)."""

    WRAPPER = next(iter(pathlib.Path("/usr/lib").glob("*/libnss_wrapper.so")), None)

    def __init__(self, folder):
        self.hosts, self.suppressions, self.written = folder / "hosts", folder / "suppressions", time.time()
        # ThreadSanitizer is not to judge the wrapper's own locks. At its end the wrapper is called by the loader.
        self.suppressions.write_text("called_from_lib:libnss_wrapper.so\nmutex:ld-linux\n")
        self.resolve()

    def resolve(self, *names):
        """These names and no others. The wrapper keeps the file open and looks at its time in whole seconds, so it is a second younger each time."""
        self.hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ("localhost", *names)))
        self.written += 1
        os.utime(self.hosts, (self.written, self.written))

    def environment(self):
        return {"LD_PRELOAD": str(self.WRAPPER), "NSS_WRAPPER_HOSTS": str(self.hosts), "NSS_WRAPPER_DISABLE_DEEPBIND": "1",  # sanitizers refuse it
                "TSAN_OPTIONS": f"{os.environ.get('TSAN_OPTIONS', '')} suppressions={self.suppressions}"}


class Part:
    """One process of the road; its output goes to a log that a failing test shows."""

    def __init__(self, name, arguments, folder, environment):
        self.name, self.arguments, self.environment = name, [str(a) for a in arguments], environment
        self.log, self.out = folder / f"{name}.log", folder / f"{name}.out"
        self.process = None

    def start(self):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DEBEZIUM_", "QUARKUS_", "TIDEWIRE_"))}
        with open(self.log, "ab") as log, open(self.out, "ab") as out:
            self.process = subprocess.Popen([program(), *self.arguments], env={**clean, **self.environment}, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=log)
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ended(self, seconds=30):
        """Its exit code, once it has ended by itself."""
        return self.process.wait(seconds * PATIENCE)

    def stop(self, seconds=20 * PATIENCE):
        """SIGTERM, and its exit code; killed when it does not end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode if self.process else None

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def logged(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def sanitizer_report(self):
        """What a sanitizer found in the program, which may have ended by a kill and so without the exit code that tells it; empty: nothing."""
        logged = self.logged()
        found = re.search(r"WARNING: ThreadSanitizer|ERROR: (Address|Leak)Sanitizer|: runtime error: ", logged)
        return logged[max(0, found.start() - 200):found.start() + 6000] if found else ""

    def lines(self):
        return self.out.read_text(errors="replace").splitlines() if self.out.exists() else []


class Road:
    """A folder, a PostgreSQL with one database, a local AWS, and the parts between them."""

    DATABASE = "inventory_db"

    def __init__(self, local_arguments=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidewire-road-"))
        self.parts, self.environment, self.clients = [], dict(AWS), {}
        self.cluster = None
        try:
            self.cluster = Cluster(find_bin(None))
            self.cluster.query(f"create database {self.DATABASE}")
            self.aws_port = free_port()
            self.environment["AWS_ENDPOINT_URL"] = self.endpoint
            self.part("local", "local", "--port", self.aws_port, "--secret", SECRET, *local_arguments).start()
            wait_for("the local AWS", self.aws_listens, 15)
        except BaseException:
            self.close()
            raise

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.aws_port}"

    def aws_listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.aws_port)) == 0

    def part(self, name, *arguments):
        made = Part(name, arguments, self.folder, self.environment)
        self.parts.append(made)
        return made

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(service, region_name=REGION, endpoint_url=self.endpoint, aws_secret_access_key=SECRET,
                                                 aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"],
                                                 config=botocore.config.Config(retries={"max_attempts": 2}))
        return self.clients[service]

    def sql(self, text, database=DATABASE):
        """Runs SQL, by default on the road's database; psql's errors are the test's."""
        done = subprocess.run(self.cluster.psql(database, "-v", "ON_ERROR_STOP=1"), input=text, text=True, capture_output=True,
                              env=self.cluster.env())
        assert done.returncode == 0, done.stderr

    def properties(self, **more):
        """The seed's file for this road, with the parts behind the stream; `more` has `_` for `.` only where no key needs it."""
        text = (TESTS / "road" / "road.properties").read_text()
        for name, value in {"@FOLDER@": str(self.folder), "@PG_PORT@": str(self.cluster.port)}.items():
            text = text.replace(name, value)
        text += "".join(f"{key}={value}\n" for key, value in more.get("extra", {}).items())
        path = self.folder / "application.properties"
        path.write_text(text)
        return path

    def records(self, stream):
        """Everything in a stream, shard by shard -> list of (partition key, data)."""
        kinesis, found = self.client("kinesis"), []
        for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
            where = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            while where:
                page = kinesis.get_records(ShardIterator=where, Limit=10000)
                found += [(r["PartitionKey"], r["Data"]) for r in page["Records"]]
                where = page.get("NextShardIterator") if page["Records"] or page["MillisBehindLatest"] else None
        return found

    def events(self, consumer):
        """The Debezium events that a consumer printed with --output json, schemas taken off."""
        found = [json.loads(line)["event"] for line in consumer.lines() if line.endswith("}")]
        return [event.get("payload", event) for event in found]

    def close(self):
        for part in reversed(self.parts):
            part.stop(5)
        reports = [part.name + ": " + report for part in self.parts if (report := part.sanitizer_report())]
        for client in self.clients.values():
            client.close()
        if self.cluster:
            self.cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not reports, "\n".join(reports)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            for part in self.parts:
                print(f"--- the end of {part.log.name}:\n{part.logged()[-3000:]}", file=sys.stderr)
        self.close()
