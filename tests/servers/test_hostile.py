#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile and broken servers: the kernel answers them, and nobody else notices."""
import functools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.support.architecture import bundle  # noqa: E402
from tests.servers.crashes import CRASHES, THERE  # noqa: E402
from tests.support.plain import start  # noqa: E402
from tests.support.tap import Failure, check, check_in, run_one  # noqa: E402
from tools.configuration import abi  # noqa: E402

CALLS = 20000
BATCHES = 64  # tests/servers/registers.h
# The server neither waits, calls nor exits, has no machine and no interrupt, and closes nothing.
POWERLESS = [str(getattr(abi, f"SYSCALL_{name}")) for name in (
    "REPLY_WAIT", "CALL", "CREATE_DEVICE", "CREATE_IRQ", "CLOSE", "EXIT", "SCHEDULE", "IRQ_DONE",
    "MACHINE")]
MEMORY = 256  # MiB of the machine
LIVES = 3  # as tests/systems/crash.dts has it
DEATH = re.compile(r"\[supervisor\] (\S+) has died: [^,]+, syndrome (\w+), address (\w+), pc (\w+)")


@functools.cache
def shown(system):
    return start(bundle(system), memory=MEMORY)


def number(pattern, text, base=10):
    found = re.search(pattern, text)
    if not found:
        raise Failure(f"nothing like {pattern!r} in\n{text}")
    return int(found.group(1), base)


def test_refused():
    """each call that must fail gives the status that says why"""
    text = shown("servers")
    check(re.findall(r"refused: call .*", text), [], "calls with another status")
    check_in(", 0 with another status than they must have", text, "the report")
    if number(r"refused: (\d+) calls", text) < 400:
        raise Failure(f"fewer than 400 calls were made:\n{text}")


def test_wild():
    """every wild call is answered with a status, many work, and no memory is lost"""
    text = shown("servers")
    calls = number(r"wild: (\d+) calls, all answered", text)
    if calls < CALLS:
        raise Failure(f"expected at least {CALLS} calls, saw {calls}")
    check(re.findall(r"wild: call (\d+) never worked", text), POWERLESS,
          "the numbers of calls of which not one worked")


def test_beside():
    """the guest beside hostile servers keeps memory, timer and hypervisor, and ends the machine"""
    text = shown("servers")
    check(number(r"beside: batches 0x(\w+)", text, 16), BATCHES, "batches that the guest went along")
    check(number(r"beside: wrong 0x(\w+)", text, 16), 0, "things that the guest found changed")
    check(text.count("has died"), 0, "servers that died")
    check(text.splitlines()[-1], "[supervisor] VM 0 has ended", "the last line")


def deaths():
    """(task, syndrome, address, pc) of each report, in order."""
    return [(task, *(int(value, 16) for value in values))
            for task, *values in DEATH.findall(shown("crash"))]


def check_crash(crash):
    reports = [report for report in deaths() if report[0] == f"victim.{crash.task}"]
    check(len(reports), LIVES, f"reports of victim.{crash.task}'s death in\n{shown('crash')}")
    _, syndrome, address, _ = reports[0]
    check(set(reports), {reports[0]}, "the reports of its lives")
    check_in(f"[supervisor] victim.{crash.task}: {LIVES} deaths in a short while: it is held",
             shown("crash"), "the end of its lives")
    check(THERE.kind_of(syndrome), crash.kind, "the exception")
    if address not in crash.address:
        raise Failure(f"the address: expected one in {crash.address}, saw {address:#x}")


def test_after_crashes():
    """each broken server dies alone until it is held; the other VM works on and ends the machine"""
    text = shown("crash")
    # They are equally urgent, and take turns: their order is nobody's promise.
    check(sorted(report[0] for report in deaths()),
          sorted(f"victim.{crash.task}" for crash in CRASHES for _ in range(LIVES)),
          "the servers that died")
    check(re.findall(r"(\w+) is still alive", text), [], "servers that survived")
    check_in("pass - every sum and every register is right", text, "the other VM's guest")
    check_in("[supervisor] VM 0 has failed", text, "the broken servers' own VM")
    check(text.splitlines()[-1], "[supervisor] VM 1 has ended", "the last line")


def main():
    tests = [(test.__doc__, test, ()) for test in (test_refused, test_wild, test_beside)]
    tests += [(f"{crash.sentence} is reported by the task's name, with its syndrome", check_crash,
               (crash,)) for crash in CRASHES]
    tests.append((test_after_crashes.__doc__, test_after_crashes, ()))
    print(f"1..{len(tests)}")
    failed = [run_one(index, "servers", sentence, test, *arguments)
              for index, (sentence, test, arguments) in enumerate(tests, 1)]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
