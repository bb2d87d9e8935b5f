# SPDX-License-Identifier: Apache-2.0
"""What a configuration says: the machine, its driver servers, its VMs."""
from dataclasses import dataclass, field

from .architecture import CONSOLE, DISK, TEST, Architecture, Controller
from .schedule import Schedule
from .source import Node

PAGE = 0x1000
BLOCK = 0x200000
VCPU_MAXIMUM = 8
CPU_MAXIMUM = 8
ADDRESS_LIMIT = 1 << 40  # the stage-2 tables' input size
NAME_MAXIMUM = 23  # bytes of a text in a task's start page: ipc/image.h, without the NUL
BOOTARGS_MAXIMUM = 2047

PRIORITY_UART, PRIORITY_DRIVER, PRIORITY_SERVER, PRIORITY_VCPU = 26, 24, 20, 8

SERIAL, STORAGE = "serial", "storage"  # what a device of the machine is for


@dataclass(frozen=True)
class Kind:
    """A device a VM can have, what of the machine it is backed by."""

    role: str
    backend: str = None
    registers: int = None  # the bytes of them that the guest is told of, if fewer than are routed
    told: bool = True  # the guest finds it in its tree


KERNEL_FORMATS = ("image", "flat")
MACHINE_DEVICES = {"arm,pl011": SERIAL, "ns16550a": SERIAL, "virtio,mmio": STORAGE}
VM_DEVICES = {
    "arm,pl011": Kind(CONSOLE, SERIAL),
    "ns16550a": Kind(CONSOLE, SERIAL, registers=0x100),
    "virtio,blk": Kind(DISK, STORAGE),
    # A server of the tests' own: no backend, but what it asks for.
    "coppice,test": Kind(TEST, told=False),
}


def backends(role):
    """What of the machine can be `role`, for people."""
    return " or ".join(name for name, each in MACHINE_DEVICES.items() if each == role)


@dataclass
class Device:
    """A device of the machine."""

    node: Node
    compatible: str
    reg: tuple
    interrupt: int
    offset: int

    name = property(lambda self: self.node.name)
    role = property(lambda self: MACHINE_DEVICES.get(self.compatible))


@dataclass
class Restart:
    """When a task that goes on dying is held, how long one event may take. Microseconds."""

    deaths: int = 8
    window: int = 10_000_000
    overrun: int = 1_000_000


@dataclass
class Server:
    """A driver server."""

    node: Node
    binaries: tuple
    device: Device
    priority: int
    schedule: Schedule

    name = property(lambda self: self.node.name)


@dataclass(eq=False)
class VmDevice:
    node: Node
    compatible: str
    binaries: tuple
    backend: Server
    reg: tuple
    interrupt: int
    priority: int
    schedule: Schedule
    region: tuple = None
    memory: int = 0
    pool: int = 0
    peer: "VmDevice" = None
    machine: bool = False
    operator: bool = False

    name = property(lambda self: self.node.name)
    kind = property(lambda self: VM_DEVICES[self.compatible])

    def told(self):
        """(first, size) of the registers, as the guest is told."""
        first, size = self.reg
        return first, min(size, self.kind.registers or size)


@dataclass
class Vm:
    node: Node
    vcpus: int
    memory: int
    address: int
    kernel: str
    kernel_format: str
    initrd: str
    bootargs: str
    priority: int
    schedule: Schedule  # of each vCPU
    exclusive: bool
    pinned: bool
    controller: Controller
    controller_binaries: tuple
    vmm: tuple = ("vmm",)
    servers: Schedule = None  # of what every VM has: its interrupt controller, its VM manager
    devices: list = field(default_factory=list)

    name = property(lambda self: self.node.name)

    def images(self):
        """(property, path) of each image."""
        return [(name, getattr(self, name)) for name in ("kernel", "initrd")
                if getattr(self, name)]

    def consoles(self):
        return [device for device in self.devices if device.kind.role == CONSOLE]

    def controller_ranges(self):
        """(region, (first, size)) of the interrupt controller's registers."""
        return [(region, region.range(self.vcpus)) for region in self.controller.regions]

    def allocate(self, windows):
        """Gives every device that is not pinned its registers and interrupt."""
        taken = [device.reg for device in self.devices if device.reg]
        interrupts = {device.interrupt for device in self.devices}
        for device in self.devices:
            (first, step), number = windows[device.kind.role], self.controller.first
            while not device.reg:
                if all(first + step <= base or base + size <= first for base, size in taken):
                    device.reg = (first, step)
                    taken.append(device.reg)
                first += step
            while not device.interrupt:
                if number not in interrupts:
                    device.interrupt = number
                    interrupts.add(number)
                number += 1


@dataclass
class System:
    root: Node
    cpus: int
    memory: tuple
    devices: list
    servers: list
    vms: list
    architecture: Architecture
    restart: Restart = field(default_factory=Restart)

    def binaries(self):
        """(node, name) of every server's binary, also those it may be upgraded to."""
        for server in self.servers:
            yield from ((server.node, name) for name in server.binaries)
        for vm in self.vms:
            yield from ((vm.node, name) for name in (*vm.controller_binaries, *vm.vmm))
            for device in vm.devices:
                yield from ((device.node, name) for name in device.binaries)
