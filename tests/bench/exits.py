# SPDX-License-Identifier: Apache-2.0
"""Finds a guest's exits in the log of QEMU's -d int, which has the console's text between."""
import re
from dataclasses import dataclass

ENTRY = re.compile(
    r"Taking exception .*\n\.\.\.from EL(?P<left>\d) to EL(?P<to>\d)\n(?P<rest>(?:\.\.\..*\n)*)"
    r"|Exception return from AArch64 EL(?P<by>\d) to AArch64 EL(?P<back>\d) .*\n")
ABORT = re.compile(r"\.\.\.with ESR 0x24/(\w+)\n\.\.\.with FAR (\w+)")
ABORT_WRITE = 1 << 6
QUEUE_NOTIFY, VIRTIO_REGISTERS = 0x050, 0x200  # virtio 1.2, 4.2.2


@dataclass
class Exit:
    place: int  # characters of the console's text before it
    notifies: bool  # a virtio device, of a new request


def _notifies(syndromes):
    abort = ABORT.search(syndromes)
    return bool(abort and int(abort[1], 16) & ABORT_WRITE
                and int(abort[2], 16) % VIRTIO_REGISTERS == QUEUE_NOTIFY)


def split(log):
    """(the console's text, the guest's exits)

    Tasks run at EL0 too: what leaves EL0 for EL2 is the guest's if EL1 put it there.
    """
    text, exits, at, program = [], [], 0, False
    place = 0
    for entry in ENTRY.finditer(log):
        text.append(log[at:entry.start()])
        place += entry.start() - at
        at = entry.end()
        if entry["to"] == "2" and (entry["left"] == "1" or program):
            exits.append(Exit(place, _notifies(entry["rest"])))
        program = entry["by"] == "1" and entry["back"] == "0"
    return "".join(text) + log[at:], exits


def per_request(exits):
    """The median number of exits from one notification to the next."""
    notified = [number for number, each in enumerate(exits) if each.notifies]
    counts = sorted(after - before for before, after in zip(notified, notified[1:]))
    return counts[len(counts) // 2]
