#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Servers that misbehave: neither the kernel nor anybody else notices."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.linux import check_disk, check_messages, write  # noqa: E402
from support.machine import Machine  # noqa: E402
from support.tap import Failure, check, run  # noqa: E402

CALLS, WHOLE = 60000, 40
# What the fixed seed certainly meets: 0 and the codes of handles, arguments, memory and state.
SEEN = (0, -1, -2, -3, -4, -5, -6, -7, -9, -10)

# Name of the task -> exception class and fault status (its low bits) that are reported.
FAULTS = {
    "null": (0x24, 0x04), "undefined": (0x00, None), "wait": (0x01, None),
    "register": (0x00, None), "firmware": (0x00, None), "overflow": (0x24, 0x04),
    "text": (0x24, 0x0c), "start": (0x24, 0x0c), "data": (0x20, 0x0c), "stack": (0x20, 0x0c),
    "kernel": (0x24, 0x04),
}


def number(pattern, text):
    found = re.search(pattern, text)
    if not found:
        raise Failure(f"nothing like {pattern!r} was printed")
    return int(found.group(1))


def test_wild():
    """tens of thousands of wild system calls each give a status; the guest beside works on"""
    with Machine("tests/systems/wild.dts") as machine:
        machine.boot()
        check_disk(machine)
        write(machine, 4)
        machine.wait_shown("wild: ends")
        check_messages(machine)
        shown = machine.shown
        if number(r"wild: (\d+) calls", shown) < CALLS:
            raise Failure(f"fewer than {CALLS} calls were made")
        check(number(r"calls, (\d+) without a status", shown), 0, "calls without a status code")
        check(number(r"whole again, (\d+) not", shown), 0, "pools with a leak")
        if number(r"wild: (\d+) pools whole again", shown) < WHOLE:
            raise Failure(f"fewer than {WHOLE} pools came back whole")
        for status in SEEN:
            if number(rf"wild: status -{-status}: (\d+)", shown) == 0:
                raise Failure(f"no call gave the status {status}")
        check(machine.shown.count(" has died"), 0, "servers that died")
        machine.power_off()


def test_faults():
    """a server's fault is reported by the task's name; it alone ends, the other VM works on"""
    with Machine("tests/systems/faults.dts") as machine:
        machine.boot()
        check_disk(machine)
        write(machine, 4)
        check_messages(machine)
        for name, (kind, status) in FAULTS.items():
            found = re.search(rf"victim\.{name} has died: syndrome (?:0x)?([0-9a-f]+)",
                              machine.shown)
            if not found:
                raise Failure(f"the death of {name} is not reported")
            syndrome = int(found.group(1), 16)
            check(syndrome >> 26, kind, f"the exception class of {name}")
            if status is not None:
                check(syndrome & 0x3c, status, f"the fault status of {name}")
        check(machine.shown.count(" has died"), len(FAULTS), "servers that died")
        check(re.findall(r"faulty: (\w+) lives", machine.shown), [], "faults that were none")
        machine.type("poweroff")
        machine.wait("VM 0 has ended")


if __name__ == "__main__":
    sys.exit(run("servers", [test_wild, test_faults]))
