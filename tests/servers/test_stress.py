#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Servers that make and end tasks and VMs by the thousand: what has ended is gone on every CPU.

QEMU runs two CPUs in two threads of its own. More of them take turns in one: with fewer real CPUs
than threads, those that wait for each other in the kernel wait for the host's scheduler.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.support.architecture import HERE, bundle  # noqa: E402
from tests.support.plain import start  # noqa: E402
from tests.support.tap import Failure, check, run  # noqa: E402

MEMORY = 1024  # MiB of the machine
SECONDS = 600  # ends what hangs
# On riscv64 it is the other way round: the firmware waits for a hart in a loop that gives no turn away.
MANY = {"aarch64": ("-accel", "tcg,thread=single"), "riscv64": ()}[HERE.name]
OF_FOUR, OF_EIGHT = {"aarch64": (80000, 8000), "riscv64": (16, 32)}[HERE.name]  # rounds


def check_rounds(cpus, servers, rounds, more=()):
    """Each server did its part without a mistake, and nobody else came to harm."""
    text = start(bundle(f"stress-{cpus}"), memory=MEMORY,
                 seconds=SECONDS, more=("-smp", str(cpus), *more))
    done = [int(number) for number in
            re.findall(rf"stress: (\d+) rounds on {cpus} CPUs, 0 mistakes", text)]
    if done != [rounds // servers] * servers:
        raise Failure(f"expected {servers} servers with {rounds // servers} rounds each and no "
                      f"mistake, saw\n{text}")
    check(re.findall(r"^fail - .*", text, re.M), [], "what the guest found wrong")
    check(text.splitlines()[-1], "[supervisor] VM 0 has ended", "the last line")


def test_one():
    """8,000 rounds of two servers on one CPU"""
    check_rounds(1, 2, 8000)


def test_two():
    """8,000 rounds of two servers on two CPUs at the same time"""
    check_rounds(2, 2, 8000)


def test_four():
    """rounds of four servers on four CPUs"""
    check_rounds(4, 4, OF_FOUR, MANY)


def test_eight():
    """rounds of eight servers on eight CPUs"""
    check_rounds(8, 8, OF_EIGHT, MANY)


if __name__ == "__main__":
    sys.exit(run("stress", [test_one, test_two, test_four, test_eight]))
