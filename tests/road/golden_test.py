#!/usr/bin/env python3
"""The recorded cases of a real Debezium, played to this engine. CASES, an argument, is the runner's --only."""
import subprocess
import sys

from road import TESTS, program


def main():
    runner = TESTS / "golden" / "check.py"
    return subprocess.run([sys.executable, str(runner), "--engine", f"{program()} run -c {{config}}", "--jobs", "2",
                           *(["--only", sys.argv[1]] if len(sys.argv) > 1 else [])]).returncode


if __name__ == "__main__":
    sys.exit(main())
