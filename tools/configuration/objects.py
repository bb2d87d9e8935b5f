# SPDX-License-Identifier: Apache-2.0
"""What a plan is made of: kernel objects, and the tasks that hold and map them."""
from dataclasses import dataclass, field

from .model import BLOCK, PAGE
from .schedule import Schedule

MAPS_BASE = 0x100000000
ENDPOINT_SLOT = 1  # every task's own endpoint

# Objects are made in this order, so that what one names is there before it.
OBJECT_TYPES = ("endpoint", "pool", "memory", "image", "device", "irq", "vm", "vcpu")


def round_up(size):
    return (size + PAGE - 1) // PAGE * PAGE


@dataclass
class Object:
    name: str
    type: str
    slot: int
    size: int = 0
    align: int = PAGE
    file: str = ""
    base: int = 0
    number: int = 0
    endpoint: "Object" = None
    bits: int = 0
    vm: "Object" = None
    index: int = 0
    page: "Object" = None
    priority: int = 0
    schedule: Schedule = None


@dataclass
class Grant:
    there: int
    object: Object
    rights: int
    badge: int


@dataclass
class Map:
    object: Object
    access: int
    address: int
    offset: int
    size: int


@dataclass
class Route:
    kind: int
    first: int
    last: int
    endpoint: Object
    badge: int
    flags: int


@dataclass
class Task:
    name: str
    binaries: tuple  # the first one, then those it may be upgraded to
    priority: int
    schedule: Schedule
    slot: int
    endpoint: Object
    vms: int = 0  # bit n: VM n cannot go on without it
    grants: list = field(default_factory=list)
    maps: list = field(default_factory=list)
    arguments: dict = field(default_factory=dict)
    free_address: int = MAPS_BASE

    def grant(self, target, rights, badge=0):
        """A handle in the task's own table."""
        self.grants.append(Grant(ENDPOINT_SLOT + len(self.grants), target, rights, badge))
        return self.grants[-1].there

    def map(self, target, access, offset=0, size=None):
        """The object, or a part of it, in the task's space; an unmapped page follows each."""
        size = round_up(target.size if size is None else size)
        align = BLOCK if size >= BLOCK else PAGE
        address = (self.free_address + align - 1) // align * align
        self.maps.append(Map(target, access, address, offset, size))
        self.free_address = address + size + PAGE
        return address

    def argument(self, name, number, string=None):
        self.arguments[name] = (number, string)
