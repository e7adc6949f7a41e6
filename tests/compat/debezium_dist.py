"""A real Debezium Server for the tests beside this file, and how to run one."""
import os
import pathlib
import shutil
import subprocess
import tarfile

ARTEFACT = "io.debezium:debezium-server-dist:2.5.4.Final:tar.gz"
CACHE = pathlib.Path.home() / ".cache" / "tidewire" / "debezium"
CONNECTOR = "2.5.3.Final"
CONNECTOR_JARS = ("debezium-connector-postgres", "debezium-core", "debezium-api", "debezium-embedded", "debezium-storage-file")


def fetch(artefact, folder):
    subprocess.run(["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artefact}", f"-DoutputDirectory={folder}"], check=True)


def distribution():
    """The folder of an unpacked Debezium Server, fetched at the first call."""
    home = CACHE / "debezium-server"
    if not (home / "run.sh").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        fetch(ARTEFACT, CACHE)
        with tarfile.open(next(CACHE.glob("debezium-server-dist-*.tar.gz"))) as packed:
            packed.extractall(CACHE)
    return home


def with_recorded_connector():
    """The same server with the connector whose events are in tests/golden: a folder of links, but for the five jars."""
    home, server = CACHE / f"server-with-{CONNECTOR}", distribution()
    if not (home / "run.sh").exists():
        made = home.with_suffix(".new")
        shutil.rmtree(made, ignore_errors=True)
        (made / "lib").mkdir(parents=True)
        for jar in (server / "lib").iterdir():
            if not jar.name.startswith(tuple(f"{name}-2" for name in CONNECTOR_JARS)):
                (made / "lib" / jar.name).symlink_to(jar)
        for name in CONNECTOR_JARS:
            fetch(f"io.debezium:{name}:{CONNECTOR}", made / "lib")
        for file in [*server.glob("*runner.jar"), server / "jmx", server / "run.sh"]:
            (made / file.name).symlink_to(file)
        made.rename(home)
    return home


class DebeziumServer:
    """One in a folder of its own, which keeps its positions from one start to the next."""

    def __init__(self, dist, folder, properties, environment):
        self.folder, self.environment, self.process = folder, environment, None
        settings = folder / ("config" if (dist / "config").exists() else "conf")  # of version 3, and before
        settings.mkdir(parents=True)
        (folder / "data").mkdir()
        for file in dist.iterdir():
            if file.name not in ("conf", "config", "data"):
                (folder / file.name).symlink_to(file)
        if (dist / "config" / "lib").exists():
            (settings / "lib").symlink_to(dist / "config" / "lib")
        (settings / "application.properties").write_text(properties)
        self.log = folder / "log"

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["bash", "run.sh"], cwd=self.folder, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=subprocess.STDOUT)
        return self

    def stop(self, seconds=60):
        """SIGTERM (run.sh has become the JVM), and its end; killed when it does not end."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def logged(self):
        return self.log.read_text(errors="replace")
