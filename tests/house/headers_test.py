#!/usr/bin/env python3
"""Every header of the engine compiles alone, with the compiler and the flags of the build.

Where a source that the build compiles includes the header before anything else, the build has shown it; the others are compiled here.

Usage: headers_test.py REPOSITORY COMPILE_COMMANDS.json
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys


def flags_of(commands):
    """Compiler, and the flags that say how to read a header, from any of our own compilations."""
    own = next(c for c in commands if "/engine/app/" in c["file"])
    words = shlex.split(own["command"])
    compiler = next(w for w in words if w.rsplit("/", 1)[-1].startswith(("clang++", "g++", "c++")))
    kept, take_next = [], False
    for word in words[words.index(compiler) + 1:]:
        if take_next or word.startswith(("-I", "-D", "-std", "-W")):
            kept.append(word)
            take_next = False
        elif word == "-isystem":
            kept.append(word)
            take_next = True
    return compiler, kept


def shown_by_the_build(commands, engine):
    """The headers that are the first include of a source."""
    sources = {pathlib.Path(command["file"]) for command in commands}
    first = (re.search(r'^#include "(.+)"|^#include <', source.read_text(), re.M) for source in sources if source.is_relative_to(engine))
    return {include[1] for include in first if include}


def check(compiler, flags, header):
    done = subprocess.run([compiler, *flags, "-fsyntax-only", "-x", "c++", "-"], input=f'#include "{header}"\n', text=True,
                          capture_output=True)
    return header, done.returncode, done.stderr


def main():
    root, commands = pathlib.Path(sys.argv[1]).resolve(), json.load(open(sys.argv[2]))
    compiler, flags = flags_of(commands)
    engine = root / "engine"
    headers = sorted(str(h.relative_to(engine)) for h in engine.glob("**/*.hpp"))
    alone = sorted(set(headers) - shown_by_the_build(commands, engine))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [(header, errors) for header, code, errors in pool.map(lambda h: check(compiler, flags, h), alone) if code]
    for header, errors in failed:
        print(f"{header} does not compile alone:\n{errors}")
    print(f"{len(headers) - len(failed)} of {len(headers)} headers compile alone, {len(alone)} of them looked at here")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
