#!/usr/bin/env python3
"""The recorded cases of a real Debezium, played to this engine: all of kind `events`, but those that docs/debezium-differences.md lists as
not supported yet. Those are played too, and a case that passes by now must leave the list."""
import json
import re
import subprocess
import sys
import tempfile

from road import PATIENCE, TESTS, program

GOLDEN = TESTS / "golden"
DOCUMENT = TESTS.parent / "docs" / "debezium-differences.md"


def listed_as_missing():
    """The cases in backticks in the first column of the table under `## Not supported yet`."""
    section = DOCUMENT.read_text().partition("## Not supported yet")[2]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.M))


def play(cases):
    """Names of the cases that passed."""
    with tempfile.NamedTemporaryFile(suffix=".json") as results:
        subprocess.run([sys.executable, str(GOLDEN / "check.py"), "--engine", f"{program()} run -c {{config}}", "--jobs", "2",
                        "--start-timeout", str(45 * PATIENCE), "--timeout", str(20 * PATIENCE), "--confirmed-timeout", str(4 * PATIENCE),
                        "--only", ",".join(sorted(cases)), "--json", results.name])
        return {r["name"] for r in json.load(open(results.name))["results"] if r["status"] == "ok"}


def main():
    manifest = json.loads((GOLDEN / "manifest.json").read_text())["cases"]
    every = {name for name, case in manifest.items() if case["kind"] == "events"}
    missing = listed_as_missing()
    unknown = missing - every
    passed = play(every)
    broken, mended = every - missing - passed, missing & passed
    for names, what in ((broken, "failed"), (mended, "pass and are listed as not supported yet"), (unknown, "are listed, but are no cases")):
        if names:
            print(f"{len(names)} {what}: {', '.join(sorted(names))}")
    print(f"{len(passed)} of {len(every)} cases are equal byte for byte")
    return 1 if broken or mended or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
