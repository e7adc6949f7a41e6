#!/usr/bin/env python3
"""What a wrong call or a wrong file is answered with: one exit code, the place, and the remedy."""
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from road import program

FILE = """debezium.sink.type=kinesis
debezium.sink.kinesis.regoin=eu-west-1
debezium.source.database.port=postgres
"""


TRANSFORM = """debezium.sink.type=stdout
debezium.source.database.hostname=db
debezium.source.database.user=u
debezium.source.database.dbname=d
debezium.source.topic.prefix=p
debezium.transforms=a
debezium.transforms.a.regex=(.*
debezium.transforms.a.replacement=x
debezium.transforms.a.type=org.apache.kafka.connect.transforms.RegexRouter
"""


def call(*arguments, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DEBEZIUM_", "QUARKUS_", "TIDEWIRE_"))}
    done = subprocess.run([program(), *map(str, arguments)], env={**clean, **variables}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


class Usage(unittest.TestCase):
    def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(self):
        for arguments, words in (((), "Subcommands:"), (("rnu",), "rnu"), (("run",), "--config"), (("local", "--port", "99999"), "--port"),
                                 (("local", "--faults", "thunder=1"), "thunder"), (("run", "-c", "/nowhere/app.properties"), "/nowhere/app.properties")):
            with self.subTest(arguments=arguments):
                code, _, errors = call(*arguments)
                self.assertEqual(code, 2, errors)
                self.assertIn(words, errors)

    def test_a_reader_that_has_read_enough_is_no_surprise(self):
        reading, writing = os.pipe()
        os.close(reading)  # as head does
        done = subprocess.run([program(), "check", "--properties-markdown"], stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, text=True,
                              timeout=300)
        os.close(writing)
        self.assertIn(done.returncode, (1, -signal.SIGPIPE))
        self.assertEqual(done.stderr, "")

    def test_help_and_version_are_no_errors(self):
        for arguments in (("--help",), ("--version",), ("run", "--help")):
            self.assertEqual(call(*arguments)[0], 0, arguments)

    def test_a_wrong_flag_is_named_with_what_is_allowed(self):
        for arguments, words in ((("consume", "--queue-url", "q", "--idle-exit", "soon"), "--idle-exit: tidewire.consumer.idle-exit=soon is not allowed"),
                                 (("consume", "--queue-url", "q", "--max-messages", "-1"), "-1 not in range"),
                                 (("local", "--port", "99999"), "99999 not in range 0 to 65535"),
                                 (("local", "--seed", "-1"), "-1 not in range"),
                                 (("local", "--secret", ""), "leave the flag out"),
                                 (("local", "--account", "me"), "12 digits"),
                                 (("local", "--region", "EU West"), "such as eu-west-1"),
                                 (("check", "--offline", "-c", "/"), "/ cannot be read: Is a directory")):
            with self.subTest(arguments=arguments):
                code, _, errors = call(*arguments)
                self.assertEqual(code, 2, errors)
                self.assertIn(words, errors)
                self.assertLess(len(errors), 300, errors)

    def test_check_tells_of_a_transform_where_it_stands_and_of_a_file_with_nothing_to_run(self):
        with tempfile.TemporaryDirectory(prefix="tidewire-usage-") as folder:
            path = pathlib.Path(folder, "application.properties")
            path.write_text(TRANSFORM)
            code, output, _ = call("check", "--offline", "-c", path)
            self.assertEqual(code, 2, output)
            self.assertIn(f"problems:\n  {path}:7: debezium.transforms.a.regex: `(.*` is not a regular expression", output)
            path.write_text("")
            code, output, _ = call("check", "--offline", "-c", path)
            self.assertEqual(code, 0, output)
            self.assertIn("note      the file alone sets up neither engine", output)

    def test_a_misspelt_variable_is_told(self):
        with tempfile.TemporaryDirectory(prefix="tidewire-usage-") as folder:
            path = pathlib.Path(folder, "application.properties")
            path.write_text(TRANSFORM.replace("(.*", "(.*)"))
            code, output, _ = call("check", "--offline", "-c", path, TIDEWIRE_MEMORY_BUDGT="1MiB")
            self.assertEqual(code, 0, output)
            self.assertIn("environment variable TIDEWIRE_MEMORY_BUDGT is of no known property and has no effect; did you mean TIDEWIRE_MEMORY_BUDGET?", output)

    def test_a_wrong_file_names_each_place_and_the_misspelling_behind_what_is_missing(self):
        with tempfile.TemporaryDirectory(prefix="tidewire-usage-") as folder:
            path = pathlib.Path(folder, "application.properties")
            path.write_text(FILE)
            for subcommand in ("run", "check"):
                code, output, errors = call(subcommand, "-c", path)
                errors += output
                self.assertEqual(code, 2, errors)
                self.assertIn(f"{path}:3: debezium.source.database.port=postgres is not allowed: a whole number of 1 to 65535", errors)
                self.assertIn("debezium.sink.kinesis.region is not set", errors)
                self.assertIn(f"{path}:2: debezium.sink.kinesis.regoin", errors)
                self.assertIn("did you mean debezium.sink.kinesis.region?", errors)


if __name__ == "__main__":
    unittest.main(verbosity=2)
