# SPDX-License-Identifier: Apache-2.0
"""Finds a guest's exits in the log of QEMU's -d int, which has the console's text between."""
from dataclasses import dataclass

from .here import here

QUEUE_NOTIFY, VIRTIO_REGISTERS = 0x050, 0x200  # virtio 1.2, 4.2.2


@dataclass
class Exit:
    place: int  # characters of the console's text before it
    notifies: bool  # a virtio device, of a new request


def split(log, architecture=here):
    """(the console's text, the guest's exits)"""
    text, exits, at = [], [], 0
    place = 0
    for (start, end), leaves, address in architecture.entries(log):
        text.append(log[at:start])
        place += start - at
        at = end
        if leaves:
            exits.append(Exit(place, address is not None
                              and address % VIRTIO_REGISTERS == QUEUE_NOTIFY))
    return "".join(text) + log[at:], exits


def per_request(exits):
    """The median number of exits from one notification to the next."""
    notified = [number for number, each in enumerate(exits) if each.notifies]
    counts = sorted(after - before for before, after in zip(notified, notified[1:]))
    return counts[len(counts) // 2]
