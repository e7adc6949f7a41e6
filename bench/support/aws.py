"""Signed calls to `tidewire local`, without an SDK."""
import datetime
import hashlib
import hmac
import http.client
import json

from engine import AWS, SECRET

REGION = AWS["AWS_REGION"]
SERVICES = {"kinesis": ("Kinesis_20131202", "1.1"), "events": ("AWSEvents", "1.1"), "sqs": ("AmazonSQS", "1.0")}


def signed_headers(service, operation, host, body):
    """Signature version 4 over the headers that these services look at."""
    prefix, version = SERVICES[service]
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{REGION}/{service}/aws4_request"
    headers = {"content-type": f"application/x-amz-json-{version}", "host": host, "x-amz-date": now, "x-amz-target": f"{prefix}.{operation}"}
    names = ";".join(headers)
    canonical = "\n".join(["POST", "/", "", *(f"{k}:{v}" for k, v in headers.items()), "", names, hashlib.sha256(body).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in (*scope.split("/"), f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return {**headers, "authorization": f"AWS4-HMAC-SHA256 Credential={AWS['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}, Signature={key.hex()}"}


class Aws:
    """One kept connection."""

    def __init__(self, port):
        self.host = f"127.0.0.1:{port}"
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def call(self, service, operation, **given):
        body = json.dumps(given).encode()
        self.connection.request("POST", "/", body, signed_headers(service, operation, self.host, body))
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{operation}: {answer.status} {text.decode()}")
        return json.loads(text or b"{}")
