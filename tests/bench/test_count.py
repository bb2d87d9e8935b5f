#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The plugin's counts agree with the counter where one CPU makes them the same, and repeat."""
import functools
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
from tests.bench import counted, parallel  # noqa: E402
from tests.bench.here import here  # noqa: E402
from tests.support.architecture import FOLDER  # noqa: E402
from tests.support.tap import check, run  # noqa: E402

RUNS = 101  # of each path, in tests/bench/guest/bench.c
PATHS = here.PATHS


@functools.cache
def flat():
    return counted.run(FOLDER, "flat", path=1)


def counts():
    """The plugin's count of each marked path, without what reading the counter twice takes."""
    return [after.then.since(before.then) - 3 for before, after in flat().follow("before", "after")]


def test_counter():
    """on one CPU the plugin counts as many instructions as the guest's counter does"""
    found = counts()
    check(len(found), 1 + RUNS * len(PATHS), "marked paths")
    check(found[0], 0, "instructions between two readings of the counter")
    for number, (name, more) in enumerate(PATHS):
        part = found[1 + RUNS * number:][:RUNS]
        if name:
            check(median(part), flat().number(name) + more, name)


def test_trips():
    """a hypercall that the kernel answers is one path through it, all but the trap itself"""
    call = flat().follow("before", "after")[1]
    inside = flat().between(*call).trips()
    check([trip.length for trip in inside], [flat().number("hypercall_null") - 1], "paths")


def test_repeat():
    """with guests at work two runs are the same, instruction by instruction"""
    first, second = (counted.run(FOLDER, "many", path=parallel.LONG) for _ in range(2))
    check(len(first.marks("load_end")), 9, "guests that came to their end")
    check(first.events == second.events, True, "the same marks and paths")


def test_no_tick():
    """while all others are at work, the kernel never runs on a CPU that one guest has for itself"""
    part = parallel.running(counted.run(FOLDER, "many", path=1, clock=parallel.CLOCK))
    by_cpu = {cpu: sum(trip.cpu == cpu for trip in part.trips()) for cpu in range(parallel.CLOCK + 1)}
    check(by_cpu.pop(parallel.CLOCK), 0, "paths through the kernel on the exclusive CPU")
    check(by_cpu.pop(parallel.CLOCK - 1), 0, "paths through the kernel on the idle CPU")
    check(min(by_cpu.values()) > 1000, True, f"paths on the other CPUs, {by_cpu}, are many")


if __name__ == "__main__":
    sys.exit(run("count", [test_counter, test_trips, test_repeat, test_no_tick]))
