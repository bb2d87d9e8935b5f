# SPDX-License-Identifier: Apache-2.0
"""A Linux guest whose servers are cut, driven through its console."""
import re

from tests.restart.system import DIED, EXACT
from tests.support.architecture import THERE
from tests.support.disk import Part
from tests.support.linux import check_messages
from tests.support.machine import PROMPT, Machine
from tests.support.tap import Failure, check

# In the order of enum victim.
SERVERS = (THERE.controller, "vmm", "console", "virtio_blk", "uart", "blk", "supervisor")
CPU, WORDS = EXACT[1], ["-icount", "shift=0,sleep=on", *EXACT[4:8]]
END = "echo end-$((20 + 3))"


def mask_of(*names):
    return sum(1 << SERVERS.index(name) for name in names)


class Campaign(Machine):
    """The system tests/systems/restart.dts, its clock the instructions.

    While all CPUs sleep it runs with the host's: if it ran from timer to timer at once and the host took
    its time for a request, Linux would complain that its disk needs minutes.
    """

    def __init__(self, system="restart"):
        super().__init__(f"tests/systems/{system}.dts", cpu=CPU, words=WORDS, drive=",cache=unsafe")

    def shell(self, command):
        """The same as ever, but the supervisor's lines may come at any time."""
        self.type(f"{command}; {END}")
        printed = self.wait("\nend-23")
        self.wait(PROMPT)
        lines = [line for line in printed.splitlines()
                 if line and not re.match(r"\[|coppice: ", line)]
        typed = [number for number, line in enumerate(lines) if line.endswith(END)]
        return "\n".join(lines[typed[-1] + 1 if typed else 0:])

    def cuts(self, *words):
        """What the guest's script prints, and how many cuts there were."""
        printed = self.shell(" ".join(["/tests/cuts", *map(str, words)]))
        found = re.search(r"^cuts: (\d+)$", printed, re.M)
        if not found:
            raise Failure(f"no count of cuts: {printed}")
        return printed, int(found[1])


def find(pattern, printed):
    found = re.search(pattern, printed, re.M)
    if not found:
        raise Failure(f"no '{pattern}' in what Linux printed:\n{printed}")
    return found[1]


def lost(printed, part):
    """How many of the files are not what was written: as Linux reads them, and on the host's disk."""
    written = [find(f"^{name}: wrote ([0-9a-f]{{64}})", printed) for name in ("cached", "direct")]
    read = [find(f"^{name}: read ([0-9a-f]{{64}})", printed) for name in ("cached", "direct")]
    there = [part.checksum(name) for name in ("cached", "direct")]
    return sum(one != other for one, other in zip(written * 2, read + there))


def run_campaign(seed, mask, ticks, mebibytes):
    """Files are written and read while servers are cut; the figures of it.

    One command, because a key that is typed while its driver is cut may be lost.
    """
    with Campaign() as machine:
        machine.boot()
        machine.shell(f"(/tests/cuts begin {seed} {ticks} {mask:#x}; /tests/cuts files {mebibytes}; "
                      "/tests/cuts end) > /tmp/printed 2>&1")
        printed = machine.shell("cat /tmp/printed; /tests/cuts figures")
        check(find(r"flying (\d+)", printed), "0", "requests that did not come back")
        check_messages(machine)
        machine.shell("umount /mnt")
        machine.power_off()
        if DIED.search(machine.shown):
            raise Failure("a server has died of itself")
        part = Part(machine.disk, 0)
        part.check_clean()
        return {"kills": int(find(r"^cuts: (\d+)\Z", printed)),
                "recovered": int(find(r"grown (\d+)", printed)),
                "lost_writes": lost(printed, part),
                "duplicate_completions": int(find(r"twice (\d+)", printed)),
                "guest_errors": int(find(r"errors (\d+)", printed))}
