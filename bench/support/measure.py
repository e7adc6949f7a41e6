"""What is read of processes while they run, and how figures are put together."""
import os
import pathlib
import platform
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cpu_s(pid):
    """CPU seconds of all threads that a process has; None when it is gone."""
    total = 0
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
    except (OSError, IndexError):
        return None
    return total / 1e9


def family_cpu_s(pid):
    """CPU seconds of a process, of its children, and of those that it had."""
    def ticks(one):
        with open(f"/proc/{one}/stat") as f:
            own = [int(x) for x in f.read().rpartition(")")[2].split()[11:15]]    # utime, stime, and the same of those it waited for
        return sum(own) / os.sysconf("SC_CLK_TCK")
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return ticks(pid) + sum(cpu_s(child) or 0 for child in f.read().split())


def cpu_s_with_ended_threads(pid):
    """The same in ticks of 10 ms, with the threads that have ended: a JVM has such. None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rpartition(")")[2].split()     # from field 3 of proc(5) on: utime is 14, stime 15
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_rss_mib(pid):
    try:
        with open(f"/proc/{pid}/status") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return None


def machine_busy_s():
    """CPU seconds that all processes of the machine have used."""
    with open("/proc/stat") as f:
        ticks = [int(x) for x in f.readline().split()[1:]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def median(values):
    known = [v for v in values if v is not None]
    return statistics.median(known) if known else None


def spread(values, form="{:.0f}"):
    """`median (lowest–highest)`; a dash where nothing is known."""
    known = [v for v in values if v is not None]
    if not known:
        return "–"
    if len(known) == 1:
        return form.format(known[0])
    return f"{form.format(statistics.median(known))} ({form.format(min(known))}–{form.format(max(known))})"


def table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [str(cell).ljust(w) if i == 0 else str(cell).rjust(w) for i, (cell, w) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip(), flush=True)


def where_and_what():
    """Machine and commit, for a history."""
    def said(*command):
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        return done.stdout.strip() if done.returncode == 0 else ""
    with open("/proc/cpuinfo") as f:
        cpu = next((line.partition(": ")[2].strip() for line in f if line.startswith("model name")), platform.machine())
    changed = "+" if said("git", "status", "--porcelain", "--untracked-files=no") else ""
    return {"commit": (said("git", "rev-parse", "--short", "HEAD") or "none") + changed, "cpu": cpu, "cores": os.cpu_count()}
