# SPDX-License-Identifier: Apache-2.0
"""A Linux guest whose servers are cut, driven through its console."""
import re

from tests.restart.system import EXACT
from tests.support.machine import PROMPT, Machine
from tests.support.tap import Failure

# In the order of enum victim.
SERVERS = ("vgic", "vmm", "console", "virtio_blk", "uart", "blk", "supervisor")
CPU, WORDS = EXACT[1], EXACT[2:8]
END = "echo end-$((20 + 3))"


def mask_of(*names):
    return sum(1 << SERVERS.index(name) for name in names)


class Campaign(Machine):
    """The system tests/systems/restart.dts, its clock the instructions."""

    def __init__(self, system="restart"):
        super().__init__(f"tests/systems/{system}.dts", cpu=CPU, words=WORDS)

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
