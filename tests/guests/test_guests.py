#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Small guests, one for each kind of exit: every check of theirs is a test of its own."""
import re
import sys
from pathlib import Path

import pexpect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.architecture import HERE, system  # noqa: E402
from support.disk import Part  # noqa: E402
from support.linux import check_disk, check_messages, write  # noqa: E402
from support.machine import Machine  # noqa: E402
from support.tap import Failure  # noqa: E402

# Name of the system, how often its guests begin and end.
EVERYWHERE = {"aborts": (1, 1), "registers": (1, 1), "firmware": (2, 1), "interrupts": (1, 1),
              "timer": (1, 1), "fp": (2, 2), "fp-2": (3, 3), "power-1": (5, 1), "power-4": (5, 1),
              "storm-1": (1, 1), "storm-4": (1, 1)}
OWN = {
    "aarch64": {"mmio": (1, 1), "sgi-1": (1, 1), "sgi-4": (1, 1)},
    "riscv64": {"decode": (1, 1), "paging": (1, 1), "software": (1, 1), "rfence-1": (1, 1),
                "rfence-4": (1, 1), "messages": (1, 1), "timer-aia": (1, 1),
                "storm-aia": (1, 1), "user": (4, 2)},
}
GUESTS = EVERYWHERE | OWN[HERE.name]
LINE = re.compile(r"^(?:\[(\w+)\] )?(pass|fail|#|begin|end)(?: - | |$)(.*)$", re.M)


def run_guests(name):
    """What the system's guests printed until the machine switched off."""
    with Machine(system(name)) as machine:
        code = machine.end()
        if code != 0:
            raise Failure(f"QEMU's exit code is {code}\n{machine.shown}")
        return machine.shown


def run_hostile(_):
    """The worker's lines, and one for the hostile guest, which goes on until it is killed."""
    with Machine(system("hostile")) as machine:
        machine.wait("supervisor] VM 1 has ended")
        rounds = len(re.findall("^round ", machine.shown, re.M))
        machine.wait(f"round {rounds + 20:#x}\n".replace("\n", "\r"))
        if re.search("panic|has died", machine.shown):
            raise Failure(machine.shown)
        # Its own begin, in focus, has no name before it, and may have been printed in two pieces.
        shown = re.sub("^begin$", "", whole_lines(machine.shown), count=1, flags=re.M)
        return shown + "\npass - the hostile guest goes on\n"


def run_virtqueue(_):
    """The guest's lines; Linux works on its own region of the same disk meanwhile."""
    with Machine(system("virtqueue")) as machine:
        machine.wait("begin")
        machine.focus(2)
        machine.wait("[console: linux]")
        machine.boot()
        check_disk(machine)
        write(machine, 16)
        check_messages(machine)
        machine.wait_shown("supervisor] VM 0 has ended")
        shown = machine.shown
        if "the driver's queue is broken" not in shown:
            raise Failure(f"the broken queue is not reported\n{shown}")
        machine.power_off()
        Part(machine.disk, 0).check_clean()
        return shown + "\npass - Linux works on beside it\n"


def whole_lines(shown):
    """Without the first pieces of lines of the console in focus that were printed twice."""
    kept = []
    for line in shown.splitlines():
        if kept and not line.startswith("["):
            half = next((at for at in range(len(kept) - 1, -1, -1)
                         if not kept[at].startswith("[")), None)
            if half is not None and half < len(kept) - 1 and line.startswith(kept[half]):
                del kept[half]
        kept.append(line)
    return "\n".join(kept)


def results(name, start, begins, ends):
    """(passed, sentence, details) of each check of a system's guests, and of their ends."""
    try:
        shown = whole_lines(start(name))
    except (Failure, pexpect.ExceptionPexpect) as error:
        return [(False, f"{name}: the system runs to its end", str(error))]
    checks, groups, marks = [], {}, []
    for guest, kind, text in LINE.findall(shown):
        if kind == "#":
            groups[guest] = f"{text}: "
        elif kind in ("begin", "end"):
            marks.append(kind)
        else:
            sentence, _, values = text.partition(": expected ")
            group = groups.get(guest, "") if sentence.startswith("  ") else ""
            whose = f"{guest}: " if guest else ""
            checks.append((kind == "pass", f"{name}: {whose}{group}{sentence.strip()}",
                           f"expected {values}" if values else ""))
    seen = (marks.count("begin"), marks.count("end"))
    checks.append((seen == (begins, ends), f"{name}: its guests run to their ends",
                   f"expected {(begins, ends)} begins and ends, saw {seen}\n{shown}"))
    return checks


def main():
    systems = [(name, run_guests, *marks) for name, marks in GUESTS.items()]
    systems += [("hostile", run_hostile, 1, 1), ("virtqueue", run_virtqueue, 1, 1)]
    number = failed = 0
    for system in systems:
        for passed, sentence, details in results(*system):
            number += 1
            failed += not passed
            print(f"{'ok' if passed else 'not ok'} {number} - guests: {sentence}")
            if not passed:
                print("\n".join(f"# {line}" for line in details.splitlines()), flush=True)
    print(f"1..{number}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
