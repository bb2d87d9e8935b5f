#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A Linux guest writes and reads a file while its servers are killed again and again.

Exit code 0: what was read is what was written, and Linux has not complained.
"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.restart.campaign import SERVERS, Campaign, mask_of  # noqa: E402
from tests.support.architecture import THERE  # noqa: E402
from tests.support.disk import Part  # noqa: E402
from tests.support.tap import Failure  # noqa: E402

VICTIMS = (THERE.controller, "console", "virtio_blk", "blk", "uart", "vmm")
SEED, TICKS, MEBIBYTES = 4, 250000, 24
STATE = re.compile(r"\n(?:state: (write|read|done) (\d+) errors (\d+) cuts ([\d ]+\d)"
                   r"|sum: (written|read) ([0-9a-f]{64})  -)\r*(?=\n)")
DOING = {"write": "written", "read": "read back", "done": "done"}


class Watch:
    """What is shown while Linux works: one line that changes."""

    def __init__(self):
        self.sums, self.kills, self.errors = {}, 0, None
        self.terminal = sys.stdout.isatty()

    def line(self, text):
        print(f"\r{text:<100}" if self.terminal else text, end="" if self.terminal else "\n",
              flush=True)

    def state(self, doing, part, errors, counts):
        counts = [int(count) for count in counts.split()]
        self.kills, self.errors = sum(counts), int(errors)
        each = " ".join(f"{name} {count}" for name, count in zip(SERVERS, counts) if count)
        self.line(f"{DOING[doing]} {part:>2} MiB   kills {self.kills:,} ({each})   guest errors {errors}")

    def follow(self, machine):
        """Until Linux is done."""
        while True:
            found = machine.wait_match(STATE)
            doing, part, errors, counts, kind, checksum = found.groups()
            if kind:
                self.sums[kind] = checksum
            else:
                self.state(doing, part, errors, counts)
            if doing == "done":
                print()
                return


def run(machine, watch):
    print("Linux boots on Coppice.")
    machine.boot()
    print(f"Every {TICKS:,} instructions or so one of its servers is killed: {', '.join(VICTIMS)}.\n"
          f"It writes a file of {MEBIBYTES} MiB and reads it back.", flush=True)
    machine.type(f"/tests/cuts begin {SEED} {TICKS} {mask_of(*VICTIMS):#x}; "
                 f"/tests/cuts file {MEBIBYTES}; /tests/cuts end")
    watch.follow(machine)
    machine.wait("cuts: ")
    machine.power_off()
    part = Part(machine.disk, 0)
    part.check_clean()
    watch.sums["on the disk"] = part.checksum("demo")


def main():
    watch = Watch()
    try:
        with Campaign() as machine:
            run(machine, watch)
    except Failure as failure:
        print(f"\n{failure}")
        return 1
    for name, checksum in watch.sums.items():
        print(f"{name:<12} {checksum}")
    equal = len(watch.sums) == 3 and len(set(watch.sums.values())) == 1
    print(f"{watch.kills:,} kills, {watch.errors} guest errors: "
          f"{'the checksums are equal' if equal else 'THE CHECKSUMS DIFFER'}")
    return int(not equal or watch.errors != 0 or not watch.kills)


if __name__ == "__main__":
    sys.exit(main())
