#!/usr/bin/env python3
"""Engine, relay and consumer against two emulators that are not ours, both verifying signatures: MiniStack and moto's server.

They are installed from PyPI, at pinned versions, into an environment that is kept between runs (TIDEWIRE_EMULATORS, or the user's cache).
Where PyPI cannot be reached the test says so and passes nothing on: it is skipped.
"""
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

import boto3
import botocore.config

from road import REGION, TESTS, Road, free_port, wait_for

REQUIREMENTS = ["ministack==1.5.33", "cbor2==6.2.1", "moto[server]==5.2.5"]
KEPT = pathlib.Path(os.environ.get("TIDEWIRE_EMULATORS", pathlib.Path.home() / ".cache" / "tidewire" / "emulators"))
SKIPPED = 77       # CTest's SKIP_RETURN_CODE
ALLOW_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def install():
    """The folder of the emulators' programs, or nothing when they cannot be had."""
    stamp, wanted = KEPT / "installed", "\n".join(REQUIREMENTS)
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", KEPT], check=True)
        done = subprocess.run([KEPT / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *REQUIREMENTS], capture_output=True, text=True)
        if done.returncode:
            print("PyPI cannot be reached, or lacks the pinned emulators:\n" + done.stderr[-2000:])
            return None
        stamp.write_text(wanted)
    return KEPT / "bin"


class Emulated(Road):
    """A road whose AWS is another emulator, with a user of its own: both verify the signatures of users that they made."""

    def __init__(self, command, environment):
        super().__init__()
        self.parts[0].stop()                         # our own local AWS is not wanted here
        self.aws_port = free_port()
        words = [word.replace("@PORT@", str(self.aws_port)) for word in command]
        emulator_environment = {k: v.replace("@PORT@", str(self.aws_port)) for k, v in environment.items()}
        self.emulator_log = open(self.folder / "emulator.log", "wb")
        self.emulator = subprocess.Popen(words, env={**os.environ, **emulator_environment}, stdin=subprocess.DEVNULL,
                                         stdout=self.emulator_log, stderr=subprocess.STDOUT)
        wait_for("the emulator", self.aws_listens, 60)
        iam = self.client_of("iam", "test", "test")
        iam.create_user(UserName="road")
        key = iam.create_access_key(UserName="road")["AccessKey"]
        iam.put_user_policy(UserName="road", PolicyName="all", PolicyDocument=ALLOW_ALL)
        self.key = key["AccessKeyId"], key["SecretAccessKey"]
        self.environment.update(AWS_ENDPOINT_URL=self.endpoint, AWS_ACCESS_KEY_ID=self.key[0], AWS_SECRET_ACCESS_KEY=self.key[1])

    def client_of(self, service, key, secret):
        return boto3.client(service, region_name=REGION, endpoint_url=self.endpoint, aws_access_key_id=key, aws_secret_access_key=secret,
                            config=botocore.config.Config(retries={"max_attempts": 1}))

    def close(self):
        super().close()
        if hasattr(self, "emulator"):
            self.emulator.kill()
            self.emulator.wait()
            self.emulator_log.close()


class Emulators(unittest.TestCase):
    programs = None

    def carry(self, command, environment):
        with Emulated(command, environment) as road:
            wrong = road.client_of("kinesis", road.key[0], "not the secret")
            with self.assertRaises(Exception, msg="the emulator does not verify signatures"):
                wrong.list_streams()
            road.sql((TESTS.parent / "docker" / "postgres" / "inventory.sql").read_text())
            config = road.properties()
            provision = road.part("provision", "provision", "-c", config).start()
            self.assertEqual(provision.ended(60), 0, provision.logged())
            parts = [road.part("engine", "run", "-c", config).start(), road.part("relay", "relay", "-c", config).start()]
            consumer = road.part("consumer", "consume", "-c", config, "--output", "json").start()
            wait_for("the ten rows of the snapshot", lambda: len(road.events(consumer)) >= 10, 60)
            road.sql("update inventory.customers set name = 'Sally T.' where id = 1001; delete from inventory.orders; "
                     "delete from inventory.customers where id = 1002; update inventory.stock set quantity = 0;")
            wait_for("the two changes", lambda: len(road.events(consumer)) >= 12, 60)
            time.sleep(1)
            seen = sorted((e["source"]["table"], e["op"], (e["after"] or e["before"])["id"]) for e in road.events(consumer))
            self.assertEqual(seen, sorted([("products", "r", i) for i in range(101, 106)] + [("customers", "r", i) for i in range(1001, 1006)] +
                                          [("customers", "u", 1001), ("customers", "d", 1002)]))
            for part in [*parts, consumer]:
                self.assertEqual(part.stop(), 0, part.logged()[-2000:])

    def test_the_road_runs_on_ministack_with_signatures_verified(self):
        self.carry([str(self.programs / "ministack")], {"AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": "@PORT@"})

    def test_the_road_runs_on_moto_with_signatures_verified(self):
        self.carry([str(self.programs / "moto_server"), "-H", "127.0.0.1", "-p", "@PORT@"], {"INITIAL_NO_AUTH_ACTION_COUNT": "3"})


if __name__ == "__main__":
    Emulators.programs = install()
    if Emulators.programs is None:
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
