# SPDX-License-Identifier: Apache-2.0
"""What a configuration says, read field by field: a name nobody reads is a name nobody knows."""
from dataclasses import dataclass, field

from .abi import PRIORITY_COUNT
from .report import did_you_mean
from .source import Node

MISSING = object()
PAGE = 0x1000
BLOCK = 0x200000
VCPU_MAXIMUM = 8
CPU_MAXIMUM = 8
ADDRESS_LIMIT = 1 << 40  # the stage-2 tables' input size
INTERRUPTS = range(32, 1020)  # shared peripheral interrupts of a GICv3
DEFAULT_GUEST_BASE = 0x40000000

PRIORITY_UART, PRIORITY_DRIVER, PRIORITY_SERVER, PRIORITY_VCPU = 26, 24, 20, 8


@dataclass(frozen=True)
class Kind:
    """A device a VM can have: the machine's device it is backed by, where its registers go."""

    backend: str
    window: int
    size: int


MACHINE_DEVICES = ("arm,pl011", "virtio,mmio")
VM_DEVICES = {
    "arm,pl011": Kind("arm,pl011", 0x09000000, 0x1000),
    "virtio,blk": Kind("virtio,mmio", 0x0A000000, 0x200),
}


@dataclass(frozen=True)
class Range:
    """Something of a kind of which no two may overlap; `fixed` if the user wrote it."""

    first: int
    size: int
    name: str
    where: object

    @property
    def last(self):
        return self.first + self.size - 1

    def overlaps(self, other):
        return self.first <= other.last and other.first <= self.last

    def __str__(self):
        return f"{self.name} ({self.first:#x}..{self.last:#x})"


@dataclass
class Device:
    """A device of the machine."""

    node: Node
    compatible: str
    reg: tuple
    interrupt: int
    offset: int

    name = property(lambda self: self.node.name)


@dataclass
class Server:
    """A driver server."""

    node: Node
    binary: str
    device: Device
    priority: int

    name = property(lambda self: self.node.name)


@dataclass
class VmDevice:
    node: Node
    compatible: str
    binary: str
    backend: Server
    reg: tuple
    interrupt: int
    priority: int
    region: tuple = None

    name = property(lambda self: self.node.name)


@dataclass
class Vm:
    node: Node
    vcpus: int
    memory: int
    address: int
    kernel: str
    initrd: str
    bootargs: str
    priority: int
    devices: list = field(default_factory=list)

    name = property(lambda self: self.node.name)


@dataclass
class System:
    root: Node
    cpus: int
    memory: tuple
    devices: list
    servers: list
    vms: list


class Reader:
    """Reads one node. What is asked for is known; finish() refuses everything else."""

    def __init__(self, source, node):
        self.source, self.report, self.node = source, source.report, node
        self.properties, self.children = set(), set()

    def _find(self, name, default):
        self.properties.add(name)
        found = self.node.properties.get(name)
        if found is None and default is MISSING:
            self.report.error(self.node.where, f"{self.node.path} lacks the property '{name}'")
        return found

    def cells(self, name, count, example, default=MISSING):
        """`count` cells, or None."""
        found = self._find(name, default)
        if not found:
            return None
        if found.kind != "cells" or len(found.cells) != count:
            self.report.error(found.where, f"'{name}' of {self.node.path} takes {example}")
            return None
        return found.cells

    def number(self, name, allowed, default=MISSING):
        cells = self.cells(name, 1, "one number: <n>", default)
        if not cells:
            return None if default is MISSING else default
        if cells[0] not in allowed:
            self.report.error(self.node.properties[name].where,
                              f"'{name}' of {self.node.path} is {cells[0]}, "
                              f"allowed are {allowed[0]} to {allowed[-1]}")
            return None
        return cells[0]

    def size(self, name, align, default=MISSING):
        """A number of two cells."""
        cells = self.cells(name, 2, "two cells: <high low>", default)
        if not cells:
            return None if default is MISSING else default
        return self.aligned(name, cells[0] << 32 | cells[1], align)

    def range(self, name, align, default=MISSING, limit=1 << 64):
        """(first, size) of two cells each."""
        cells = self.cells(name, 4, "four cells: <high low high low>, first and size", default)
        if not cells:
            return None
        first, size = cells[0] << 32 | cells[1], cells[2] << 32 | cells[3]
        where = self.node.properties[name].where
        if not size:
            self.report.error(where, f"'{name}' of {self.node.path} is empty")
            return None
        if first + size > limit:
            self.report.error(where, f"'{name}' of {self.node.path} ends at {first + size:#x}, "
                                     f"beyond {limit:#x}")
            return None
        if self.aligned(name, first, align) is None or self.aligned(name, size, align) is None:
            return None
        return first, size

    def aligned(self, name, value, align):
        if value % align:
            nearest = (value + align - 1) // align * align
            self.report.error(self.node.properties[name].where,
                              f"{value:#x} in '{name}' of {self.node.path} is no multiple of "
                              f"{align:#x}", f"use {nearest:#x}")
            return None
        return value

    def string(self, name, known=None, default=MISSING):
        found = self._find(name, default)
        if not found:
            return None if default is MISSING else default
        if found.kind != "strings" or len(found.strings) != 1 or not found.strings[0]:
            self.report.error(found.where, f"'{name}' of {self.node.path} takes one string")
            return None
        value = found.strings[0]
        if known is not None and value not in known:
            self.report.error(found.where, f"unknown {name} '{value}' of {self.node.path}",
                              did_you_mean(value, known))
            return None
        return value

    def reference(self, name, targets, what):
        """The one of `targets` (by node) that a phandle names."""
        cells = self.cells(name, 1, f"one reference to {what}: <&label>")
        if not cells or cells[0] == 0xFFFFFFFF:  # the latter: dtc has said so
            return None
        where = self.node.properties[name].where
        node = self.source.phandles.get(cells[0])
        labels = [f"&{label}" for label, labelled in self.source.labels.items()
                  if any(labelled is target.node for target in targets)]
        suggestion = "use " + " or ".join(labels) if labels else None
        if node is None:
            self.report.error(where, f"'{name}' of {self.node.path}: {cells[0]} is no reference",
                              suggestion)
            return None
        for target in targets:
            if target.node is node:
                return target
        self.report.error(where, f"'{name}' of {self.node.path} refers to {node.path} "
                                 f"({node.where}), which is not {what}", suggestion)
        return None

    def child(self, name):
        """The child of this name, which must be there."""
        self.children.add(name)
        if name not in self.node.children:
            self.report.error(self.node.where, f"{self.node.path} lacks the node '{name}'")
        return self.node.children.get(name)

    def finish(self, children=()):
        """Refuses what was not asked for; `children` may have any name."""
        known = self.children | set(children)
        for found in self.node.properties.values():
            if found.name not in self.properties:
                self.report.error(found.where, f"unknown property '{found.name}' of "
                                  f"{self.node.path}", did_you_mean(found.name, self.properties))
        for child in self.node.children.values():
            if child.name not in known:
                self.report.error(child.where, f"unknown node '{child.name}' in {self.node.path}",
                                  did_you_mean(child.name, known) if known else None)


def _read_device(source, node):
    reader = Reader(source, node)
    device = Device(node, reader.string("compatible", MACHINE_DEVICES),
                    reader.range("reg", PAGE, limit=ADDRESS_LIMIT),
                    reader.number("interrupts", INTERRUPTS),
                    reader.number("offset", range(0, PAGE, 4), 0))
    reader.finish()
    return device


def _read_machine(source, node, system):
    reader = Reader(source, node)
    reader.string("compatible", ("qemu,virt",))
    system.cpus = reader.number("cpus", range(1, CPU_MAXIMUM + 1))
    memory = reader.child("memory")
    if memory:
        memory_reader = Reader(source, memory)
        system.memory = memory_reader.range("reg", PAGE, limit=ADDRESS_LIMIT)
        memory_reader.finish()
    system.devices = [_read_device(source, child) for child in node.children.values()
                      if child is not memory]
    reader.finish(node.children)


def _read_server(source, node, system, binaries):
    reader = Reader(source, node)
    device = reader.reference("device", system.devices, "a device of the machine")
    usual = PRIORITY_UART if device and device.compatible == "arm,pl011" else PRIORITY_DRIVER
    server = Server(node, reader.string("binary", binaries), device,
                    reader.number("priority", range(PRIORITY_COUNT), usual))
    reader.finish()
    return server


def _read_vm_device(source, node, system, binaries):
    reader = Reader(source, node)
    compatible = reader.string("compatible", VM_DEVICES)
    kind = VM_DEVICES.get(compatible)
    drivers = [server for server in system.servers
               if kind and server.device and server.device.compatible in (kind.backend, None)]
    device = VmDevice(node, compatible, reader.string("binary", binaries),
                      reader.reference("backend", drivers if kind else system.servers,
                                       f"a server of a {kind.backend} device" if kind
                                       else "a server"),
                      reader.range("reg", kind.size if kind else 1, None, ADDRESS_LIMIT),
                      reader.number("interrupts", INTERRUPTS, 0),
                      reader.number("priority", range(PRIORITY_COUNT), PRIORITY_SERVER))
    if compatible == "virtio,blk":
        device.region = reader.range("region", 1)
    if compatible:
        reader.finish()
    return device


def _read_vm(source, node, system, binaries):
    reader = Reader(source, node)
    vm = Vm(node, reader.number("vcpus", range(1, VCPU_MAXIMUM + 1)),
            reader.size("memory", BLOCK), reader.size("address", BLOCK, DEFAULT_GUEST_BASE),
            reader.string("kernel"), reader.string("initrd", default=None),
            reader.string("bootargs", default=""),
            reader.number("priority", range(PRIORITY_COUNT), PRIORITY_VCPU))
    vm.devices = [_read_vm_device(source, child, system, binaries)
                  for child in node.children.values()]
    reader.finish(node.children)
    return vm


def read_system(source, binaries):
    """The whole configuration; mistakes go to the source's report and read as None."""
    root = Reader(source, source.root)
    root.string("compatible", ("coppice,system-1",))
    system = System(source.root, None, None, [], [], [])
    machine, servers, vms = (root.child(name) for name in ("machine", "servers", "vms"))
    root.finish()
    if machine:
        _read_machine(source, machine, system)
    if servers:
        system.servers = [_read_server(source, child, system, binaries)
                          for child in servers.children.values()]
        Reader(source, servers).finish(servers.children)
    if vms:
        system.vms = [_read_vm(source, child, system, binaries)
                      for child in vms.children.values()]
        Reader(source, vms).finish(vms.children)
    return system
