#!/usr/bin/env python3
"""The house rules that a machine can check: who may include whom, and what has no place in the tree.

Usage: rules_test.py REPOSITORY
"""
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
ENGINE = ROOT / "engine"

# Libraries that stay behind the plain headers of one room: they are slow to compile, or nobody else's business.
LIBRARY_ROOMS = {"boost/beast": {"http"}, "spdlog/": {"telemetry"}, "libpq-fe.h": {"postgres"}, "prometheus/": {"telemetry"},
                 "CLI/": {"app"}, "pcre2.h": {"base", "transform"}}
# The event room sees what a row looks like, not how it was read.
TYPES_OF_POSTGRES = {"postgres/table.hpp", "postgres/tuple.hpp", "postgres/type_catalog.hpp"}
LINES_MAX = 400


def tracked(*patterns):
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
                            check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def sources():
    return tracked("engine/*.hpp", "engine/*.cpp")


def waits(text):
    """The expressions of a file behind each co_await, up to the end of the statement or of the parentheses around it."""
    for wait in re.finditer(r"\bco_await\b([^;]*)", text):
        depth, end = 0, len(wait[1])
        for i, c in enumerate(wait[1]):
            depth += (c in "([{") - (c in ")]}")
            if depth < 0:
                end = i
                break
        yield " ".join(wait[1][:end].split())


def room_of(path):
    """The folder that the file is in: `pipeline`, or `local/call` for a room inside a room."""
    return path.parent.relative_to(ENGINE).as_posix()


def outermost(room):
    return room.partition("/")[0]


def includes(path):
    return re.findall(r'^#include\s+["<]([^">]+)[">]', path.read_text(), re.M)


def dependencies():
    """Room -> the rooms that it may include, by the DEPENDS of its CMakeLists.txt, and by theirs."""
    direct = {}
    for file in ENGINE.glob("*/**/CMakeLists.txt"):
        text = file.read_text()
        declared = re.search(r"tidewire_room\(\s*[\w/]+\s+DEPENDS\s+([a-z/\s]+)", text)
        direct[room_of(file)] = set(declared[1].split()) if declared else set(re.findall(r"tidewire::(\w+)", text)) - {"app"}
    def closure(room, seen):
        for other in direct[room] - seen:
            seen.add(other)
            closure(other, seen)
        return seen
    return {room: closure(room, {room}) for room in direct}


class Rooms(unittest.TestCase):
    def test_a_room_includes_only_the_rooms_it_declares(self):
        allowed = dependencies()
        wrong = [f"{path.relative_to(ROOT)}: {name}" for path in sources() for name in includes(path)
                 if (other := name.rpartition("/")[0]) in allowed and other not in allowed[room_of(path)]]
        self.assertEqual(wrong, [])

    def test_a_room_inside_a_room_is_nobody_elses_business(self):
        inner = {room for room in dependencies() if "/" in room}
        wrong = [f"{path.relative_to(ROOT)}: {name}" for path in sources() for name in includes(path)
                 if (other := name.rpartition("/")[0]) in inner and outermost(other) != outermost(room_of(path))]
        self.assertEqual(wrong, [])

    def test_declared_dependencies_have_no_cycle(self):
        allowed = dependencies()
        wrong = [(a, b) for a in allowed for b in allowed if a < b and b in allowed[a] and a in allowed[b]]
        self.assertEqual(wrong, [])

    def test_the_event_room_sees_only_the_types_of_postgres(self):
        wrong = [f"{path.name}: {name}" for path in sources() if room_of(path) == "event" for name in includes(path)
                 if name.startswith("postgres/") and name not in TYPES_OF_POSTGRES]
        self.assertEqual(wrong, [])

    def test_the_local_aws_shares_no_code_with_the_clients(self):
        wrong = [f"{path.name}: {name}" for path in sources() if outermost(room_of(path)) == "local" for name in includes(path)
                 if name.startswith("aws/")]
        self.assertEqual(wrong, [])

    def test_a_library_stays_in_its_room(self):
        wrong = [f"{path.relative_to(ROOT)}: {name}" for path in sources() for name in includes(path)
                 for library, rooms in LIBRARY_ROOMS.items() if name.startswith(library) and room_of(path) not in rooms]
        self.assertEqual(wrong, [])

    def test_every_room_says_what_it_is_for(self):
        missing = [folder.name for folder in ENGINE.iterdir() if folder.is_dir() and not (folder / "README.md").exists()]
        self.assertEqual(missing, [])

    def test_a_room_with_rooms_inside_says_what_each_is_for(self):
        missing = [room for room in dependencies() if "/" in room
                   and f"[{room.rpartition('/')[2]}]" not in (ENGINE / outermost(room) / "README.md").read_text()]
        self.assertEqual(missing, [])


class Files(unittest.TestCase):
    def test_headers_begin_with_pragma_once(self):
        wrong = [str(path) for path in sources() if path.suffix == ".hpp" and not path.read_text().startswith("#pragma once")]
        self.assertEqual(wrong, [])

    def test_a_file_does_one_thing_and_is_short(self):
        long = [f"{path.relative_to(ROOT)}: {count}" for path in sources() if (count := len(path.read_text().splitlines())) > LINES_MAX]
        self.assertEqual(long, [])

    def test_a_coroutine_gives_no_constant_result_back_by_name(self):
        """It would be made anew of the constant one, which for a result<bool> is the question whether it has a value."""
        wrong = []
        for path in sources():
            text = path.read_text()
            for made in re.finditer(r"const auto (\w+) =[^;]*\bco_await\b[^;]*;", text):
                rest = text[made.end():].partition("\n}\n")[0]
                if f"co_return {made[1]};" in rest:
                    wrong.append(f"{path.relative_to(ROOT)}: {made[1]}")
        self.assertEqual(wrong, [])

    def test_no_choice_is_made_within_a_wait(self):
        """gcc 12 destroys the temporaries of both branches of `?:` in the expression of a co_await: name what was chosen first."""
        wrong = []
        for path in [*sources(), *tracked("tests/*.cpp", "tests/*.hpp")]:
            wrong += [f"{path.relative_to(ROOT)}: {wait}" for wait in waits(path.read_text()) if "?" in re.sub(r'"[^"]*"', "", wait)]
        self.assertEqual(wrong, [])

    def test_nothing_is_left_unfinished(self):
        words = re.compile(r"\b(TODO|FIXME|XXX|HACK|GTEST_SKIP|DISABLED_)\b")
        wrong = [str(path.relative_to(ROOT)) for path in tracked("engine/*", "tests/*.cpp", "bench/*", "tools/*") if path.suffix != ".md"
                 and words.search(path.read_text(errors="replace"))]
        self.assertEqual(wrong, [])

    def test_no_stray_files(self):
        kinds = {".cpp", ".hpp", ".md", ".txt", ".in", ".sql"}
        wrong = [str(path.relative_to(ROOT)) for path in tracked("engine/*") if path.suffix not in kinds]
        self.assertEqual(wrong, [])

    def test_no_machine_paths(self):
        wrong = [str(path.relative_to(ROOT)) for path in tracked("*.md", "*.cpp", "*.hpp", "*.py", "*.txt", "Makefile", "tools/*", "docker/*", ".ci/*")
                 if re.search(r"(^|[\s\"'=(])/(work|home|root)/", path.read_text(errors="replace"), re.M) and path.name != "rules_test.py"]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
