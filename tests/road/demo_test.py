#!/usr/bin/env python3
"""`tidewire demo --once` carries the seed's rows and its own changes over the whole road, and nothing else."""
import re
import subprocess
import unittest

from road import program


class Demo(unittest.TestCase):
    def test_once_verifies_every_change_and_ends(self):
        done = subprocess.run([program(), "demo", "--once"], capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        arrived = re.findall(r"^  kinesis\.inventory\.(\w+) +\w+  (\w)  ", done.stdout, re.M)
        self.assertEqual(sorted(arrived), sorted([("products", "r")] * 5 + [("customers", "r")] * 5 +
                                                 [(table, op) for table in ("products", "customers") for op in "cud"]))
        self.assertIn("16 of 16 events arrived", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
