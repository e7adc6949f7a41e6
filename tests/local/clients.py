"""What the tests with boto3, the AWS CLI and requests made by hand need: `tidewire local` on a free port. TIDEWIRE names the program.
Works with Debian 12's boto3 (SQS over Query) and with newer ones (SQS over JSON)."""
import os
import re
import signal
import subprocess
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "golden"))
import cbor  # noqa: E402

PROGRAM = os.environ.get("TIDEWIRE", "build/release/tidewire")
SECRET = "a secret of the test's own"
REGION = "eu-west-1"


class LocalAws:
    """The program on a free port, until close()."""

    def __init__(self, *arguments):
        command = [PROGRAM, "local", "--port", "0", "--secret", SECRET, "--region", REGION, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"local AWS listening on (http://\S+)", line)
        assert found, "no ready line: %r" % line
        self.url = found.group(1)

    def client(self, service, secret=SECRET, **config):
        config = Config(retries={"max_attempts": 0}, connect_timeout=60, read_timeout=120, **config)
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="AKIDANY",
                            aws_secret_access_key=secret, config=config)

    def signed(self, service, body, headers, path="/", method="POST"):
        """A request made by hand, for the protocols that this boto3 does not speak. Answers (status, headers, body)."""
        request = AWSRequest(method=method, url=self.url + path, data=body, headers=headers)
        SigV4Auth(Credentials("AKIDANY", SECRET), service, REGION).add_auth(request)
        plain = urllib.request.Request(self.url + path, data=body, headers=dict(request.headers), method=method)
        try:
            with urllib.request.urlopen(plain, timeout=120) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def kinesis_cbor(self, operation, members):
        headers = {"Content-Type": "application/x-amz-cbor-1.1", "X-Amz-Target": "Kinesis_20131202." + operation}
        status, _, body = self.signed("kinesis", cbor.dumps(members), headers)
        return status, cbor.loads(body) if body else {}

    def query(self, action, **members):
        form = urllib.parse.urlencode({"Action": action, "Version": "2012-11-05", **members}).encode()
        status, _, body = self.signed("sqs", form, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
        return status, body.decode()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def close(self):
        """Stops it as an operator does. \\return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=120)
        self.process.stdout.close()
        return code


class WithOneServer(unittest.TestCase):
    ARGUMENTS = ()

    @classmethod
    def setUpClass(cls):
        cls.aws = LocalAws(*cls.ARGUMENTS)
        cls.kinesis, cls.sqs, cls.events = (cls.aws.client(s) for s in ("kinesis", "sqs", "events"))

    @classmethod
    def tearDownClass(cls):
        code = cls.aws.close()
        assert code == 0, "ended with %d after SIGTERM" % code

    def refused(self, code, call, *args, **kwargs):
        """The message of the refusal, which must be of that code."""
        with self.assertRaises(ClientError) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def read_all(self, stream, shard="shardId-000000000000", **start):
        start = start or {"ShardIteratorType": "TRIM_HORIZON"}
        iterator = self.kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, **start)["ShardIterator"]
        out = []
        while iterator:
            answer = self.kinesis.get_records(ShardIterator=iterator, Limit=3)
            out += answer["Records"]
            iterator = answer.get("NextShardIterator")
            if not answer["Records"] and answer["MillisBehindLatest"] == 0:
                break
        return out
