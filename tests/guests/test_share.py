#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Guests with budgets on one CPU: each gets its share, and no more, counted in instructions."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.architecture import system  # noqa: E402
from support.machine import Machine  # noqa: E402
from support.tap import Failure, check, run  # noqa: E402

# Under -icount an instruction takes a nanosecond. A guest measures a second, 200 periods of 5 ms, in
# rounds of four instructions: see tests/guests/<arch>/arch_share.h.
ICOUNT = ("-icount", "shift=0,sleep=off")
INSTRUCTIONS = 10 ** 9
ROUND = 4
SHARES = [20, 60]  # per cent: budgets of 1 ms and 3 ms
ERROR = 1  # per cent of the share: what the kernel takes for a guest is the guest's too


def shares():
    """Of each guest: how many per cent of the CPU's instructions were its own."""
    with Machine(system("share"), words=ICOUNT) as machine:
        check(machine.end(), 0, "QEMU's exit code")
        shown = machine.shown
    found = re.findall(r"^(?:\[(\w+)\] )?rounds 0x([0-9a-f]+)$", shown, re.M)
    if len(found) != len(SHARES):
        raise Failure(f"expected the rounds of {len(SHARES)} guests, saw\n{shown}")
    return [100 * ROUND * int(rounds, 16) / INSTRUCTIONS for _, rounds in found]


def test_shares():
    """guests with budgets of 20 % and 60 % that want all of one CPU get 20 % and 60 %"""
    seen = sorted(shares())
    for share, expected in zip(seen, SHARES):
        if abs(share - expected) > expected * ERROR / 100:
            raise Failure(f"expected {SHARES} % of the CPU, within {ERROR} % of that, saw {seen}")


if __name__ == "__main__":
    sys.exit(run("guests/share", [test_shares]))
