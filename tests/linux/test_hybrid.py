#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A real-time guest on a CPU of its own beside three Linux guests that load all they have.

What a wake-up costs is a figure of tests/bench: in instructions, as no clock of a shared host tells.
Here it counts that the wake-ups go on coming.
"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.disk import Part  # noqa: E402
from support.linux import check_disk, check_messages  # noqa: E402
from support.machine import BOOT_SECONDS, PROMPT, Machine  # noqa: E402
from support.tap import Failure, check, run  # noqa: E402

# A guest's place in the configuration: its focus key, and the order of consoles.
LINUX = {"pinned": 1, "left": 3, "right": 4}
SERIES, WAKES = 3, 2000
SERIES_SECONDS = 240  # far more than any takes
LINES = ("wakes", "least", "mean", "most", "missed")


def boot(machine):
    """All are at their prompts, the first in focus: what is typed before a shell is there is lost."""
    machine.boot()
    for name in list(LINUX)[1:]:
        text = f"[{name}] Enter 'help'"
        if text not in machine.shown:
            machine.wait(text, BOOT_SECONDS)


def each(machine):
    """Moves the focus from guest to guest; each has answered."""
    for name, number in LINUX.items():
        machine.focus(number)
        machine.wait(f"[console: {name}]")
        machine.type("echo here-$((20 + 3))")
        machine.wait("\nhere-23")
        machine.wait(PROMPT)
        yield name


class Shared(Machine):
    """A machine whose console another guest writes on all the time.

    Its lines come between a command and the command's own, and what was typed is shown again behind
    them: so each command says when it ends.
    """

    def shell(self, command):
        end = "echo end-$((20 + 3))"
        self.type(command + (" " if command.endswith("&") else "; ") + end)
        printed = self.wait("\nend-23")
        self.wait(PROMPT)
        lines = [line for line in printed.splitlines() if not line.startswith("[realtime] ")]
        typed = [number for number, line in enumerate(lines) if line.endswith(end)]
        return "\n".join(lines[typed[-1] + 1 if typed else 0:]).strip("\n")


def wait_series(machine):
    """The next series that is there as a whole: its figures."""
    machine.wait("[realtime] realtime_wakes ", SERIES_SECONDS)
    rest = machine.wait("[realtime] realtime_missed ", SERIES_SECONDS)
    last = machine.wait_match(r"(\d+)\r").group(1)
    text = f"realtime_wakes {rest}realtime_missed {last}\n"
    found = re.findall(r"realtime_(\w+) (\d+)$", text, re.M)
    check([name for name, _ in found], list(LINES), "the lines of a series")
    return dict((name, int(value)) for name, value in found)


def check_load(name, printed):
    """What a guest did until the end: each kind of work, again and again, and always rightly."""
    found = {kind: (int(rounds), int(wrong)) for kind, rounds, wrong in
             re.findall(r"load: (\w+) (\d+) rounds, (\d+) wrong", printed)}
    check(sorted(found), ["compute", "controller", "disk"], f"{name}'s kinds of work")
    if any(wrong or not rounds for rounds, wrong in found.values()):
        raise Failure(f"{name}: expected rounds of each kind and none wrong, saw\n{printed}")


def test_hybrid():
    """a real-time guest wakes, series by series, while three Linux guests load all they have"""
    with Shared("configs/hybrid.dts") as machine:
        boot(machine)
        for name in each(machine):
            check(machine.shell("nproc"), str(2 if name == "pinned" else 1), f"{name}'s vCPUs")
            check_disk(machine)
        for _ in each(machine):
            machine.shell("/tests/load >/tmp/log 2>&1 &")
        wait_series(machine)  # it may have begun before
        series = [wait_series(machine) for _ in range(SERIES)]
        for _ in each(machine):
            machine.shell("touch /tmp/stop")
        # One more may come before the timer is off.
        check([one["wakes"] // WAKES for one in series], SERIES * [1], f"whole series of {WAKES}")
        for name in each(machine):
            machine.shell("wait")
            check_load(name, machine.shell("cat /tmp/log"))
            check_disk(machine)
            check_messages(machine)
        for name in each(machine):
            machine.type("poweroff")
            machine.wait(f"vmm: {name}: off")
        for index in range(len(LINUX)):
            Part(machine.disk, index).check_clean()


if __name__ == "__main__":
    sys.exit(run("linux/hybrid", [test_hybrid]))
