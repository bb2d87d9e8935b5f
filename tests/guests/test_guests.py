#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Small guests, one for each kind of exit: every check of theirs is a test of its own."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.machine import Machine  # noqa: E402
from support.tap import Failure  # noqa: E402

# Name of the system, how often each of its guests begins.
GUESTS = {"mmio": 1, "aborts": 1, "registers": 1, "firmware": 2, "interrupts": 1}
CHECK = re.compile(r"^(?:\[\w+\] )?(pass|fail|#|begin|end)(?: - | |$)(.*)$", re.M)


def run_guest(name):
    """What the system's one guest printed until the machine switched off."""
    with Machine(f"tests/systems/{name}.dts") as machine:
        code = machine.end()
        if code != 0:
            raise Failure(f"QEMU's exit code is {code}")
        return machine.shown


def results(name, begins):
    """(passed, sentence, details) of each check of a guest, and of its end."""
    try:
        shown, group = run_guest(name), ""
    except Failure as error:
        return [(False, f"{name}: the guest ends by itself", str(error))]
    found = CHECK.findall(shown)
    checks = []
    for kind, text in found:
        if kind == "#":
            group = f"{text}: "
        elif kind in ("pass", "fail"):
            sentence, _, values = text.partition(": expected ")
            group = group if sentence.startswith("  ") else ""
            checks.append((kind == "pass", f"{name}: {group}{sentence.strip()}",
                           f"expected {values}" if values else ""))
    ends = [kind for kind, _ in found if kind in ("begin", "end")]
    checks.append((ends == ["begin"] * begins + ["end"], f"{name}: the guest runs to its end",
                   f"expected {begins} begins and an end, saw {ends}\n{shown}"))
    return checks


def main():
    number = failed = 0
    for name, begins in GUESTS.items():
        for passed, sentence, details in results(name, begins):
            number += 1
            failed += not passed
            print(f"{'ok' if passed else 'not ok'} {number} - guests: {sentence}")
            if not passed:
                print("\n".join(f"# {line}" for line in details.splitlines()), flush=True)
    print(f"1..{number}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
