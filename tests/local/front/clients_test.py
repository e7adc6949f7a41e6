"""What `tidewire local` says to requests that are not signed, or not well."""
import json
import os
import sys
import unittest
import urllib.error
import urllib.request

import botocore

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from clients import WithOneServer  # noqa: E402


class Signatures(WithOneServer):
    def test_a_wrong_secret_and_no_signature_are_refused(self):
        wrong = self.aws.client("kinesis", secret="wrong")
        self.assertIn("The request signature we calculated does not match", self.refused("InvalidSignatureException", wrong.list_streams))
        unsigned = self.aws.client("kinesis", signature_version=botocore.UNSIGNED)
        self.refused("MissingAuthenticationTokenException", unsigned.list_streams)

    def test_the_query_protocol_says_403(self):
        request = urllib.request.Request(self.aws.url, data=b"Action=ListQueues", headers={"Content-Type": "application/x-www-form-urlencoded"})
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=60)
        self.assertEqual(caught.exception.code, 403)
        self.assertIn(b"<Code>MissingAuthenticationToken</Code>", caught.exception.read())
        caught.exception.close()

    def test_health_needs_no_signature(self):
        with urllib.request.urlopen(self.aws.url + "/_tidewire/health", timeout=60) as answer:
            self.assertEqual(json.load(answer)["status"], "UP")


if __name__ == "__main__":
    unittest.main()
